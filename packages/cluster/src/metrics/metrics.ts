/**
 * What the cluster counts, as a port: the server binds it to Prometheus, tests to a map. The catalogue is the whole
 * truth about what can be counted.
 */

/** Name to explanation, as `# HELP` of the exposition. */
export const counters = {
  deliveries: 'Stanzas handed to sessions',
  broadcasts: 'Presence broadcasts sent out',
  broadcast_recipients: 'Recipients of the broadcasts sent out, online or not',
  hearers_asked:
    'Recipients of those who speak often who had to be looked up, since something had changed with them',
  inputs: 'Inputs decided upon by actors',
  actors_woken: 'Actors loaded from their records',
  actors_passivated: 'Actors put to sleep',
  actors_failed: 'Actors stopped by an exception or a broken invariant',
  records_corrupt: 'Records found damaged on waking',
  saves: 'Decisions made durable',
  save_conflicts: 'Saves refused because someone else had written',
  records_given_back:
    'Records that the store had lost after acknowledging them, and that were saved again from memory',
  save_failures: 'Saves that the store failed to carry out',
  mailbox_refused: 'Inputs refused because a mailbox was full',
  mailbox_coalesced: 'Presence replaced by newer presence of the same sender while it waited',
  inputs_given_up: 'Inputs given up because the store failed',
  handshakes_published: 'Handshakes accepted by the durable queue',
  handshakes_retried: 'Handshakes that the durable queue did not accept at once',
  handshakes_arrived: 'Handshakes taken from the durable queue',
  intakes_lost:
    'Queues of shards owned here that were taken anew because another had taken from them, or they were gone',
  handshakes_poisoned: 'Handshakes set aside because they could not be read or acted upon',
  stanzas_refused: 'Client stanzas refused because too much was unacknowledged',
  requests_timed_out:
    'Client requests answered by an error because their owner had not dealt with them in time',
  stanzas_unroutable: 'Stanzas to domains that are not served',
  notes: 'Events that the presence core reported to the operator',
  shard_maps_refused:
    'Shard maps that this leader could not write because another had written first',
  frames_unreadable: 'Frames of other processes that were damaged, or of a format to come',
  links_reset: 'Links between processes that could not be kept whole',
  envelopes_misrouted: 'Envelopes for users of shards that this process does not own',
  envelopes_dropped: 'Envelopes dropped because too many waited for the owner of a shard',
  envelopes_failed: 'Envelopes whose handling threw',
  session_queue_overflows: 'Sessions that had more unacknowledged than they may',
} as const satisfies Record<string, string>;

export const gauges = {
  sessions: 'Sessions open at this process',
  actors_resident: 'Actors in memory',
  hearers_kept: 'Recipients on the lists of those who hear whoever speaks often',
  mailbox_depth: 'Inputs waiting in mailboxes',
  turn_depth: 'Envelopes waiting for a turn',
  handshakes_publishing: 'Handshakes waiting for the durable queue',
  handshakes_in_flight: 'Handshakes taken from the durable queue and not acknowledged yet',
} as const satisfies Record<string, string>;

/** In milliseconds. */
export const histograms = {
  save_ms: 'From a decision to its durability',
  load_ms: 'From an actor being wanted to its record being there',
} as const satisfies Record<string, string>;

export type CounterName = keyof typeof counters;
export type GaugeName = keyof typeof gauges;
export type HistogramName = keyof typeof histograms;

export interface Metrics {
  count(name: CounterName, by?: number): void;
  observe(name: HistogramName, valueMs: number): void;
  /**
   * `read` is called whenever somebody looks. One that is given later takes the place of the earlier: a node that
   * begins another life has its parts made anew.
   */
  gauge(name: GaugeName, read: () => number): void;
}

/** Counts nothing. */
export const noMetrics: Metrics = {
  count: () => undefined,
  observe: () => undefined,
  gauge: () => undefined,
};
