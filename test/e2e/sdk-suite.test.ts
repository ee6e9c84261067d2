import { describeSdkSuite, type SdkSuite } from '../support/sdk-suite.js';

const suite: SdkSuite = {
  file: 'test.js',
  build: 'flashphoner.js',
  titles: [
    'flashphoner should create session after initialization',
    'flashphoner should expose sessions',
    'flashphoner session should expose methods',
    'flashphoner session should connect',
    'flashphoner session status should be FAILED when connecting to closed port',
    'flashphoner session should disconnect',
    'flashphoner session should create stream',
    'flashphoner session should expose streams',
    'flashphoner session streams should expose methods',
    'flashphoner session streams should publish and play',
    'flashphoner session streams should clean up video',
    'flashphoner session streams stream should fail on session disconnect',
    'flashphoner session streams instant publish stop should result in UNPUBLISHED event',
    'flashphoner session streams instant play stop should result in STOPPED/FAILED event',
    'flashphoner session streams play stream that is not available should result in FAILED event',
  ],
  beyondAnyServer: new Map([
    // What its author's SDK no longer does: since it keeps the video elements of stopped streams for reuse, this test
    // fails at its last expectation against any server, also with the chai 3 that the package asks for. The expectation
    // is reached only when both players have got STOPPED, so failing there and nowhere else is what a server can achieve.
    ['flashphoner session streams should clean up video', /^expected <video.*to be empty$/ms],
  ]),
};

describeSdkSuite("the Web SDK's own suite in Chromium", suite);
describeSdkSuite("the Web SDK's own suite in Firefox", { ...suite, inFirefox: true });
