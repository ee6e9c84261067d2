/** The RTP header extension with the number that transport-wide feedback speaks of (draft-holmer-rmcat-transport-wide-cc-extensions-01). */
export const transportWideCcUri = 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01';
