/**
 * Sends a packet on a track of libdatachannel; whether it could. The library closes a track on a thread
 * of its own as soon as the other side says goodbye, so one that was open a moment ago may be closed now.
 */
export function sendWhileOpen(track, packet) {
  try {
    return track.isOpen() && track.sendMessageBinary(packet);
  } catch (error) {
    if (track.isOpen()) throw error;
    return false;
  }
}
