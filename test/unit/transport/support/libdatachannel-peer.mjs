// An independent WebRTC peer (libdatachannel) that offers one H.264 track. It has a process of its own because it
// aborts when it is loaded in a second thread. Over IPC: { offer } out, { answer } in, { got } out for each packet.
import { PeerConnection, Video } from 'node-datachannel';
import { sendWhileOpen } from '../../../support/peers/send.mjs';

const peer = new PeerConnection('offerer', { iceServers: [], bindAddress: '127.0.0.1' });
const video = new Video('0', 'SendRecv');
video.addH264Codec(96);
video.addSSRC(1234, 'cname', 'stream', 'track');
const track = peer.addTrack(video);

const packet = Buffer.alloc(1000, 7);
packet[0] = 0x80;
packet[1] = 96;
packet.writeUInt32BE(1234, 8);
let sequence = 65_500;
let timer;

track.onMessage((message) => process.send({ got: Buffer.from(message).toString('hex') }));
track.onOpen(() => {
  timer = setInterval(() => {
    packet.writeUInt16BE(sequence++ % 65_536, 2);
    sendWhileOpen(track, packet);
  }, 2);
});
peer.onGatheringStateChange((state) => {
  if (state === 'complete') process.send({ offer: peer.localDescription().sdp });
});
peer.onStateChange((state) => {
  if (state === 'closed') clearInterval(timer);
  process.send({ state });
});
track.onClosed(() => clearInterval(timer));
process.on('message', (message) => {
  if (message.answer) peer.setRemoteDescription(message.answer, 'answer');
});
process.on('disconnect', () => process.exit(0));
peer.setLocalDescription();
