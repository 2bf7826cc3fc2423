/**
 * Frames as bytes: JSON with a version. What cannot be read is undefined and not an exception; of a known frame,
 * unknown fields are ignored.
 */
import type { Envelope } from '../envelope/envelope.ts';
import { parseProcessId, type ProcessId } from '../process/process-id.ts';
import type { Frame, Position } from './frame.ts';

/** Grows when older versions could no longer read what newer ones send. */
const frameFormat = 1;

export function encodeFrame(frame: Frame): Uint8Array {
  return Buffer.from(JSON.stringify({ v: frameFormat, ...frame }));
}

export function decodeFrame(bytes: Uint8Array): Frame | undefined {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString());
  } catch {
    return undefined;
  }
  return isObject(json) && json['v'] === frameFormat ? frameOf(json) : undefined;
}

type Json = Readonly<Record<string, unknown>>;

function frameOf(json: Json): Frame | undefined {
  const { kind, stream } = json;
  const from = typeof json['from'] === 'string' ? parseProcessId(json['from'])?.id : undefined;
  if (from === undefined || !isCount(stream)) return undefined;
  switch (kind) {
    case 'data':
      return dataOf(json, from, stream);
    case 'pulse': {
      const { lastNumber, urgent } = json;
      if (!isCount(lastNumber)) return undefined;
      return { kind, from, stream, lastNumber, ...(urgent === true && { urgent }) };
    }
    case 'received':
      return receivedOf(json, from, stream);
    default:
      return undefined;
  }
}

function dataOf(json: Json, from: ProcessId, stream: number): Frame | undefined {
  const { epoch, number, envelopes, received } = json;
  if (!isCount(epoch) || !isCount(number) || !Array.isArray(envelopes)) return undefined;
  const readable = envelopes.filter(isEnvelope);
  const data: Frame = { kind: 'data', from, epoch, stream, number, envelopes: readable };
  return isPosition(received) ? { ...data, received } : data;
}

function receivedOf(json: Json, from: ProcessId, stream: number): Frame | undefined {
  const { number, missing } = json;
  if (!isCount(number)) return undefined;
  if (missing === undefined) return { kind: 'received', from, stream, number };
  if (!isObject(missing)) return undefined;
  const { first, last } = missing;
  if (!isCount(first) || !isCount(last)) return undefined;
  return { kind: 'received', from, stream, number, missing: { first, last } };
}

function isPosition(value: unknown): value is Position {
  return isObject(value) && isCount(value['stream']) && isCount(value['number']);
}

/**
 * Only processes of the cluster may publish to each other, so an envelope is trusted to be what its kind says; one that
 * is not fails alone, where it is handled.
 */
function isEnvelope(value: unknown): value is Envelope {
  return isObject(value) && typeof value['kind'] === 'string';
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
