// Runs in the page, beside the SDK's Room API and after sdk-driver.js: takes part in one room and writes down what it
// hears there. Streams are those of sdk-driver.js.
(() => {
  window.Flashphoner = RoomApi.sdk;
  const events = [];
  const owner = { checks: new Set() };
  let api;
  let room;

  const describe = (participant) => ({
    login: participant.name(),
    streams: participant.getStreams().map((stream) => stream.streamName()),
  });

  /** What the SDK hands to the application with an event: a participant, a message, or the room itself. */
  function note(name, subject) {
    if (name === 'MESSAGE') events.push({ name, login: subject.from.name(), text: subject.text });
    else if (subject === room) events.push({ name, participants: room.getParticipants().map(describe) });
    else events.push({ name, ...describe(subject) });
    driver.recheckAll(owner);
  }

  async function enterRoom(urlServer, username, name) {
    Flashphoner.init({});
    api = RoomApi.connect({ urlServer, username });
    await new Promise((resolve, reject) => {
      api.on('ESTABLISHED', resolve).on('FAILED', reject).on('DISCONNECTED', reject);
    });
    room = api.join({ name });
    for (const event of Object.values(RoomApi.events)) room.on(event, (subject) => note(event, subject));
    return roomEvent({ name: 'STATE' }, 10_000);
  }

  /** The first room event that has all these fields, past or future. */
  async function roomEvent(fields, ms) {
    const matches = (event) => Object.entries(fields).every(([key, value]) => event[key] === value);
    const failure = () => `no event ${JSON.stringify(fields)}; events: ${JSON.stringify(events)}`;
    await driver.eventually(owner, () => events.some(matches), ms, failure);
    return events.find(matches);
  }

  const participant = (login) => room.getParticipants().find((one) => one.name() === login);

  Object.assign(driver, {
    enterRoom,
    roomEvent,
    participants: () => room.getParticipants().map(describe),
    roomPublish: (key, options) => driver.start(key, (display) => room.publish({ display, ...options })),
    roomPlay: (key, login, name) =>
      driver.start(key, (display) =>
        participant(login)
          .getStreams()
          .find((stream) => stream.streamName() === name)
          .play(display),
      ),
    sendMessage: (login, text) => participant(login).sendMessage(text),
    leaveRoom: () => room.leave().then(() => true),
    disconnect: () => api.disconnect(),
  });
})();
