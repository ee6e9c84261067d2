// A peer connection of libdatachannel with one video track.
import nodeDataChannel from 'node-datachannel';
import { guarded } from './rpc.mjs';
import { payloadType } from './video-source.mjs';

/**
 * @param {'SendOnly' | 'RecvOnly'} direction
 * @param {number} ssrc of what it sends
 */
export function videoConnection(direction, ssrc) {
  const connection = new nodeDataChannel.PeerConnection(direction, {
    iceServers: [],
    bindAddress: '127.0.0.1',
  });
  const section = new nodeDataChannel.Video('video', direction);
  section.addH264Codec(payloadType);
  if (direction === 'SendOnly') section.addSSRC(ssrc, 'bench', 'stream', 'video');
  const track = connection.addTrack(section);
  // A receiver's reports, once for each of the sender's.
  if (direction === 'RecvOnly') track.setMediaHandler(new nodeDataChannel.RtcpReceivingSession());
  return { connection, track };
}

/**
 * An offer without candidates, as browsers' SDKs send it: the server answers whoever asks it by STUN.
 *
 * @param {import('node-datachannel').PeerConnection} connection
 * @returns {Promise<string>} SDP
 */
export function makeOffer(connection) {
  return new Promise((resolve) => {
    const gathered = (state) => {
      if (state !== 'complete') return;
      const lines = connection.localDescription()?.sdp.split('\r\n') ?? [];
      resolve(lines.filter((line) => !/^a=(candidate|end-of-candidates)/.test(line)).join('\r\n'));
    };
    connection.onGatheringStateChange(guarded(gathered));
    connection.setLocalDescription('offer');
  });
}
