// How long packets took from the server's door to each viewer's, from what the tap noted (tap.c).

/**
 * @typedef {object} TapRecord
 * @property {number} time ns, from any moment on
 * @property {number} source SSRC
 * @property {number} timestamp RTP
 * @property {number} sequence 16 bit
 * @property {boolean} marker
 * @property {number} leg 0 is the publisher's
 */

/**
 * @typedef {object} Passage
 * @property {number[][]} delays ms, by leg, leg 1 first
 * @property {number} expected packets of the publisher × legs
 * @property {number} lost of them that did not come in the time that was watched
 * @property {number} foreign packets that cannot be one of the publisher's: another number, source or timestamp
 */

const recordSize = 24;

/**
 * @param {Buffer} bytes as tap.c writes them
 * @returns {TapRecord[]}
 */
export function parseRecords(bytes) {
  const records = [];
  let start;
  for (let at = 0; at + recordSize <= bytes.length; at += recordSize) {
    const time = bytes.readBigInt64LE(at);
    start ??= time;
    records.push({
      time: Number(time - start),
      source: bytes.readUInt32LE(at + 8),
      timestamp: bytes.readUInt32LE(at + 12),
      sequence: bytes.readUInt16LE(at + 16),
      marker: bytes[at + 18] >= 0x80,
      leg: bytes[at + 19],
    });
  }
  return records;
}

/**
 * Finds each of the publisher's packets again at each viewer. The server numbers packets anew for a viewer, by a constant
 * shift, and keeps their timestamps: packets that end a frame tell the shift.
 *
 * @param {TapRecord[]} records of at most 65,536 packets of the publisher, which is what 16 bits tell apart
 * @param {number} legs viewers' legs
 * @param {number} drain ns at the end in which no packet counts any more that goes in
 * @returns {Passage}
 */
export function passage(records, legs, drain) {
  const end = records.reduce((latest, { time }) => Math.max(latest, time), 0) - drain;
  const published = records.filter(({ leg }) => leg === 0);
  if (published.length > 65_536) throw new RangeError('more packets than sequence numbers');
  const entered = new Map(published.map((record) => [record.sequence, record]));
  const counted = published.filter(({ time }) => time <= end).length;
  const result = { delays: [], expected: counted * legs, lost: 0, foreign: 0 };
  for (let leg = 1; leg <= legs; leg++) {
    const came = records.filter((record) => record.leg === leg);
    const delays = match(came, entered, published, end, result);
    result.delays.push(delays);
    result.lost += Math.max(0, counted - delays.length);
  }
  return result;
}

function match(came, entered, published, end, result) {
  const shift = shiftOf(came, published);
  const seen = new Set();
  const delays = [];
  for (const { time, source, timestamp, sequence } of came) {
    const original = shift === undefined ? undefined : entered.get((sequence - shift) & 0xffff);
    // What went in before the window opened comes out in it.
    if (original === undefined && time < published[0]?.time + 1e9) continue;
    if (original === undefined || original.timestamp !== timestamp || source !== came[0].source)
      result.foreign++;
    else if (original.time <= end && !seen.has(original.sequence)) {
      seen.add(original.sequence);
      delays.push((time - original.time) / 1e6);
    }
  }
  return delays;
}

function shiftOf(came, published) {
  const last = new Map(published.filter(({ marker }) => marker).map((record) => [record.timestamp, record]));
  for (const { marker, timestamp, sequence } of came) {
    const original = marker ? last.get(timestamp) : undefined;
    if (original) return (sequence - original.sequence) & 0xffff;
  }
  return undefined;
}
