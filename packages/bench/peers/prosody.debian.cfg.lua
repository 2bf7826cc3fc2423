-- The modules that Debian's configuration enables and clients notice; the rest as in prosody.lean.cfg.lua.

run_as_root = true
daemonize = false
pidfile = "$DIRECTORY/prosody.pid"
data_path = "$DIRECTORY/data"
log = { warn = "*console" }

gc = { mode = "generational" }
network_settings = { backend = "epoll" }

-- Without tls, limits, invitations and registration, administration and server-to-server streams.
modules_enabled = {
	"disco"; "roster"; "saslauth"; "blocklist"; "bookmarks"; "carbons"; "pep"; "private"; "smacks";
	"vcard4"; "vcard_legacy"; "csi_simple"; "ping"; "time"; "uptime"; "version"; "posix";
}
modules_disabled = { "s2s", "tls", "http" }

authentication = "internal_plain"
allow_unencrypted_plain_auth = true
c2s_require_encryption = false
interfaces = { "127.0.0.1" }
c2s_ports = { $PORT }

VirtualHost "$DOMAIN"
