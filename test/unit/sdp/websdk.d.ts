/** The parts of the SDK's undeclared module that the tests run. */
declare module '@flashphoner/websdk/src/util.js' {
  const util: {
    stripCodecs(sdp: string, codecs: string): string;
    getCurrentCodecAndSampleRate(sdp: string, media: string): { name: string; sampleRate: string };
    SDP: {
      writeFmtp(sdp: string, parameters: string, codec: string): string;
      setPublishingBitrate(sdp: string, minBitrate: number, maxBitrate: number): string;
    };
  };
  export default util;
}
