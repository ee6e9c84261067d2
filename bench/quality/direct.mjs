// Chromium, and one page of it that speaks to another one without a server.
import { ProbedPage } from './probed-page.mjs';

const firstFrameTimeout = 15_000;

/** Each method is one step of an exchange of offer and answer, see page/direct.js. */
export class DirectClient extends ProbedPage {
  /** @returns {Promise<string>} SDP */
  offer(constraints) {
    return this.call('direct.offer', constraints);
  }

  /** @returns {Promise<string>} SDP with all candidates */
  async answer(offer) {
    const answer = await this.call('direct.answer', offer);
    await this.call('probe.watchPictures');
    return answer;
  }

  accept(answer) {
    return this.call('direct.accept', answer);
  }

  /** @returns {Promise<number | null>} ms from the offer's arrival to the first picture; null: there is none */
  async firstFrame() {
    const options = { timeout: firstFrameTimeout };
    const seen = this.page.waitForFunction('probe.shown().length > 0', undefined, options);
    return (await seen.catch(() => null)) && this.page.evaluate('probe.shown()[0] - direct.answeredAt');
  }
}
