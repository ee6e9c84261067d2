/** The parts of the SDK's undeclared module that the tests compare with. */
declare module '@flashphoner/websdk/src/constants.js' {
  const constants: Record<
    'SESSION_STATUS' | 'STREAM_STATUS' | 'STREAM_STATUS_INFO' | 'STREAM_EVENT_TYPE',
    Record<string, string>
  >;
  export default constants;
}
