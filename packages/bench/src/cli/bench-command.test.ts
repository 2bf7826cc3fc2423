import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ToyServer, type ToyServerOptions } from '../../test/toy-server.ts';
import { runBench } from './bench-command.ts';

let toy: ToyServer | undefined;

afterEach(async () => {
  await toy?.stop();
  toy = undefined;
});

/** Everybody knows user 0. */
const star = (size: number) =>
  Array.from({ length: size }, (_, index) => ['u0', `u${index + 1}`] as const);

const circleOf = (size: number) =>
  Array.from({ length: size }, (_, index) => [`u${index}`, `u${(index + 1) % size}`] as const);

async function bench(argv: readonly string[], server?: ToyServerOptions) {
  let out = '';
  let err = '';
  const io = {
    out: { write: (text: string) => (out += text) },
    err: { write: (text: string) => (err += text) },
  };
  if (server !== undefined) toy = await ToyServer.start(server);
  const isScenario = argv.length > 1;
  const quick = isScenario ? ['--quiet-ms', '20'] : [];
  const target = toy === undefined ? [] : ['--target', toy.endpoint, '--domain', 'toy'];
  const code = await runBench([...argv, ...quick, ...target], io);
  return { code, out, err };
}

const small = ['--contacts', '3', '--changes', '5', '--burst', '4', '--warm-up', '2'];
const broadcast = ['broadcast', ...small, '--pause-ms', '0', '--skip-raw'];
/** For what never comes. */
const impatient = [...broadcast, '--patience-ms', '500'];

describe('rollcall bench against a server that does right', () => {
  it('says what was measured, and that everything came', async () => {
    const { code, out } = await bench(broadcast, { friends: star(3) });
    expect(out).toContain('broadcast: 1 user, 3 contacts online');
    expect(out).toMatch(/^deliveries +15 +12$/m);
    expect(out).toContain('Checked: 27 measured deliveries, each once, in order, none missing.');
    expect(out).toContain('One presence change reached 3 contacts in');
    expect(code).toBe(0);
  });

  it('repeats it as often as it is told', async () => {
    const { out } = await bench([...broadcast, '--runs', '3'], { friends: star(3) });
    expect(out).toContain('medians of 3 runs');
    expect(out).toContain('Checked: 81 measured deliveries');
  });

  it.each([
    [
      'churn',
      [
        '--sessions',
        '6',
        '--contacts',
        '2',
        '--rate',
        '200',
        '--seconds',
        '0.1',
        '--warm-up-seconds',
        '0.1',
      ],
      /half of what was seen/,
    ],
    [
      'storm',
      ['--sessions', '8', '--contacts', '4', '--streams', '4'],
      /8 users with 4 contacts each/,
    ],
    ['logout', ['--sessions', '5', '--warm-up', '1'], /all 5 users were gone/],
    [
      'login',
      ['--contacts', '4', '--online', '0.5', '--logins', '2'],
      /with the 2 who were online/,
    ],
    [
      'idle',
      ['--sessions', '4', '--contacts', '2', '--seconds', '0.1', '--warm-up', '2'],
      /4 users were online/,
    ],
  ])('plays %s', async (name, options, sentence) => {
    const { code, out, err } = await bench(
      [name, ...options, '--prepare', '--patience-ms', '10000'],
      {},
    );
    expect(err).toBe('');
    expect(out).toMatch(sentence);
    expect(code).toBe(0);
  });

  it('plays handshake', async () => {
    const argv = ['handshake', '--pairs', '3', '--warm-up', '1', '--patience-ms', '10000'];
    const { code, out } = await bench(argv, {});
    expect(out).toContain('Two users were subscribed to each other, and told so, after');
    expect(code).toBe(0);
  });

  it('writes the report as JSON and as a page that loads nothing', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'bench-test-'));
    const [json, html] = [join(directory, 'r.json'), join(directory, 'r.html')];
    await bench([...broadcast, '--json', json, '--html', html], { friends: star(3) });
    const report = JSON.parse(await readFile(json, 'utf8')) as Record<string, unknown>;
    expect(report).toMatchObject({ scenario: 'broadcast', sound: true, formatVersion: 1 });
    const page = await readFile(html, 'utf8');
    await rm(directory, { recursive: true });
    expect(page).toContain('<svg');
    expect(page).not.toMatch(/src=|href=|@import|url\(/);
  });
});

describe('rollcall bench against a server that does wrong', () => {
  const toThird = (fate: 'dropped' | 'doubled' | 'held back', when: (nth: number) => boolean) => ({
    friends: star(3),
    fate: (from: string, to: string, nth: number) =>
      from === 'u0' && to === 'u3' && when(nth) ? fate : ('delivered' as const),
  });

  it('notices what never comes', async () => {
    const { code, out } = await bench(
      impatient,
      toThird('dropped', (nth) => nth === 12),
    );
    expect(out).toContain('WRONG: 1 presences never came.');
    expect(out).not.toContain('Checked:');
    expect(code).toBe(1);
  });

  it('notices what comes twice', async () => {
    const { code, out } = await bench(
      impatient,
      toThird('doubled', (nth) => nth === 5),
    );
    expect(out).toContain('WRONG: 1 presences came twice.');
    expect(code).toBe(1);
  });

  it('notices what comes late', async () => {
    const { code, out } = await bench(
      impatient,
      toThird('held back', (nth) => nth === 10),
    );
    expect(out).toContain('WRONG: 1 presences came out of order.');
    expect(code).toBe(1);
  });

  it('tells what was replaced by something newer from what was lost', async () => {
    const { code, out } = await bench(
      impatient,
      toThird('dropped', (nth) => nth === 10),
    );
    expect(out).toContain('1 presences were replaced by newer ones');
    expect(code).toBe(0);
  });

  it('notices streams that the server ends', async () => {
    const fate = (_from: string, to: string, nth: number) => {
      if (to === 'u2' && nth === 6) toy?.drop('u2');
      return 'delivered' as const;
    };
    const { code, out } = await bench(impatient, { friends: star(3), fate });
    expect(out).toContain('WRONG: the server ended 1 streams (user 2:');
    expect(code).toBe(1);
  });
});

describe('rollcall bench', () => {
  it('says which subscriptions are missing', async () => {
    const { code, err } = await bench(impatient, { friends: star(1) });
    expect(err).toContain('2 that this scenario needs are missing');
    expect(err).toContain('--prepare');
    expect(code).toBe(1);
  });

  it('does not let in what an earlier scenario has left, and removes it when it may', async () => {
    const churn = ['churn', '--sessions', '6', '--contacts', '2', '--rate', '100'];
    const quick = ['--seconds', '0.1', '--warm-up-seconds', '0.1', '--patience-ms', '2000'];
    const refused = await bench([...churn, ...quick], { friends: [...circleOf(6), ['u0', 'u3']] });
    expect(refused.err).toContain('1 that it does not need are in the way');
    const { code, err } = await bench([...churn, ...quick, '--prepare']);
    expect(err).toBe('');
    expect(code).toBe(0);
  });

  it('says that nobody answers', async () => {
    const argv = [...broadcast, '--target', '127.0.0.1:1'];
    const { code, err } = await bench(argv);
    expect(err).toMatch(/cannot log in at 127\.0\.0\.1:1: nobody listens on port 1/);
    expect(err).not.toMatch(/^ +at /m);
    expect(code).toBe(1);
  });

  it('says before it measures that a report cannot be written', async () => {
    const { code, err, out } = await bench([...broadcast, '--json', '/nowhere/x.json'], {
      friends: star(3),
    });
    expect(err).toContain('The report cannot be written');
    expect(out).toBe('');
    expect(code).toBe(1);
  });

  it.each([
    [['broadcast', '--contacts', 'many'], /--contacts.*whole number/],
    [['broadcast', '--target', 'nowhere'], /HOST:PORT/],
    [['broadcast', '--server', 'sendmail'], /rollcall, prosody, ejabberd/],
    [['broadcst'], /Did you mean broadcast/],
    [['login', '--online', '2'], /share from 0 to 1/],
  ])('refuses %j with a sentence, and exit code 2', async (argv, sentence) => {
    const { code, err } = await bench(argv);
    expect(err).toMatch(sentence);
    expect(code).toBe(2);
  });

  it('ends when it is told to', async () => {
    toy = await ToyServer.start({ friends: star(3) });
    const controller = new AbortController();
    controller.abort(new Error('enough'));
    let err = '';
    const io = {
      out: { write: () => undefined },
      err: { write: (text: string) => (err += text) },
      signal: controller.signal,
    };
    const code = await runBench([...broadcast, '--target', toy.endpoint], io);
    expect(err).toContain('enough');
    expect(code).toBe(1);
  });

  it('lists its scenarios', async () => {
    const { code, out } = await bench(['--help']);
    for (const name of [
      'raw',
      'broadcast',
      'login',
      'storm',
      'churn',
      'handshake',
      'logout',
      'idle',
    ])
      expect(out).toMatch(new RegExp(`^ +${name} `, 'm'));
    expect(code).toBe(0);
  });
});
