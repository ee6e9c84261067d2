import { describeSdkSuite } from '../support/sdk-suite.js';

/**
 * The tests give `room.publish` an element where the SDK takes options: so the options have no `display`, and
 * `getMediaAccess` throws before anything is sent. No server sees a `publishStream`; the stream is FAILED in the page, as
 * "join, publish, leave" wants it to be, and the others wait for PUBLISHING until their time is over. (They would then
 * call `participant.play`, which has moved to the participant's streams.) rooms.test.ts does the same in today's words.
 */
const PUBLISH_FAILS_IN_THE_PAGE =
  /^Timeout of 3000ms exceeded\..*TypeError: Cannot set properties of undefined \(setting 'mediaTrackConstraints'\)/s;

describeSdkSuite("the Web SDK's own suite of its Room API in Chromium", {
  file: 'room-module-test.js',
  build: 'flashphoner-room-api.js',
  // The tests are older than the build: they look for the Room API where the main build once had it.
  prelude: 'window.Flashphoner = { ...RoomApi.sdk, roomApi: RoomApi };',
  flags: ['--rooms-banned', 'throw_join_exception', '--rooms-muted', 'throw_message_exception'],
  impossibleMs: 3000,
  titles: [
    'Room api join room',
    'Room api join and publish',
    'Room api subscribe to already published stream',
    'Room api subscribe to newly published stream',
    'Room api send message',
    'Room api join with error',
    'Room api sendMessage with error',
    'Room api join, publish, leave',
  ],
  beyondAnyServer: new Map([
    ['Room api join and publish', PUBLISH_FAILS_IN_THE_PAGE],
    ['Room api subscribe to already published stream', PUBLISH_FAILS_IN_THE_PAGE],
    ['Room api subscribe to newly published stream', PUBLISH_FAILS_IN_THE_PAGE],
  ]),
});
