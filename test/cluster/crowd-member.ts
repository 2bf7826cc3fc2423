// One of a crowd: it numbers what it says, and notes what it is shown of its contacts.

import { childText } from '@rollcall/testkit';
import type {
  ClusterNodeProcess,
  RollcallCluster,
  XmlElement,
  XmppClient,
} from '@rollcall/testkit';

export interface Sight {
  readonly number: number;
  readonly saidAtMs: number;
  readonly seenAtMs: number;
}

export class CrowdMember {
  readonly name: string;
  readonly contacts: readonly string[];
  readonly frontEnd: ClusterNodeProcess;
  readonly sights = new Map<string, Sight[]>();
  readonly gone: string[] = [];
  #client: XmppClient | undefined;
  #available = new Set<string>();
  #said = 0;
  #saidBefore = 0;
  /** It has come back since the talk began: the number of the first presence of its new stream. */
  #cameBackWith: number | undefined;

  constructor(name: string, contacts: readonly string[], frontEnd: ClusterNodeProcess) {
    this.name = name;
    this.contacts = contacts;
    this.frontEnd = frontEnd;
  }

  /** The number of its last presence. */
  get said(): number {
    return this.#said;
  }

  get saidLately(): number {
    return this.#said - this.#saidBefore;
  }

  /** The numbers of what it has said lately to a stream that was certainly there. */
  get certainly(): readonly number[] {
    const first = this.#cameBackWith ?? this.#saidBefore + 1;
    return Array.from({ length: this.#said - first + 1 }, (_, index) => first + index);
  }

  get isConnected(): boolean {
    return this.#client?.connection.isOpen === true;
  }

  get seesAll(): boolean {
    return this.contacts.every((contact) => this.#available.has(contact));
  }

  get client(): XmppClient {
    if (this.#client === undefined) throw new Error(`${this.name} has not logged in`);
    return this.#client;
  }

  async comeOnline(cluster: RollcallCluster, frontEnd = this.frontEnd): Promise<void> {
    this.#available.clear();
    this.#client = await cluster.login(this.name, frontEnd, {
      intercept: (element) => this.#see(element),
    });
    this.#client.send(`<presence>${this.#status()}</presence>`);
  }

  /** After its stream has ended: a new session, in which it is shown everything anew. */
  async comeBack(cluster: RollcallCluster): Promise<void> {
    this.sights.clear();
    this.gone.length = 0;
    this.#said += 1;
    this.#cameBackWith = this.#said;
    await this.comeOnline(cluster);
  }

  say(): void {
    if (!this.isConnected) return;
    this.#said += 1;
    this.client.send(`<presence>${this.#status()}</presence>`);
  }

  forget(): void {
    this.sights.clear();
    this.gone.length = 0;
    this.#saidBefore = this.#said;
    this.#cameBackWith = undefined;
  }

  /** Which of these presences of a contact it has not been shown; whoever came back is owed nothing from before. */
  lacks(contact: string, numbers: readonly number[]): readonly number[] {
    const shown = (this.sights.get(contact) ?? []).map(({ number }) => number);
    const owedFrom = this.#cameBackWith === undefined ? 0 : (shown[0] ?? 0);
    return numbers.filter((number) => number >= owedFrom && !shown.includes(number));
  }

  disordered(): readonly string[] {
    return [...this.sights]
      .filter(([, seen]) => seen.some(({ number }, at) => number <= (seen[at - 1]?.number ?? -1)))
      .map(
        ([who, seen]) => `${who} to ${this.name}: ${seen.map(({ number }) => number).join(' ')}`,
      );
  }

  async leave(): Promise<void> {
    if (this.isConnected) await this.client.close();
  }

  #status(): string {
    return `<status>n${this.#said} ${performance.now()}</status>`;
  }

  #see(element: XmlElement): boolean {
    if (element.name !== 'presence') return false;
    const { from = '', type } = element.attrs;
    const who = from.slice(0, from.indexOf('@'));
    if (who === this.name) return true;
    if (type === 'unavailable') {
      this.gone.push(who);
      this.#available.delete(who);
    }
    const [, number, saidAt] = /^n(\d+) (.+)$/.exec(childText(element, 'status') ?? '') ?? [];
    if (type !== undefined || number === undefined) return type === 'unavailable';
    this.#available.add(who);
    const sight = {
      number: Number(number),
      saidAtMs: Number(saidAt),
      seenAtMs: performance.now(),
    };
    const seen = this.sights.get(who);
    if (seen === undefined) this.sights.set(who, [sight]);
    else seen.push(sight);
    return true;
  }
}
