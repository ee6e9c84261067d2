// A page of its own profile with the probe in it, see page/probe.js.

export class ProbedPage {
  /** @type {import('playwright-core').Page} */
  page;

  /** Made by `open`. */
  constructor(page) {
    this.page = page;
  }

  /**
   * @template {typeof ProbedPage} T
   * @this {T}
   * @param {import('playwright-core').Browser} browser
   * @param {string} pageUrl
   * @returns {Promise<InstanceType<T>>}
   */
  static async open(browser, pageUrl) {
    const page = await (await browser.newContext()).newPage();
    await page.goto(pageUrl);
    return new this(page);
  }

  /** The video statistics. */
  stats() {
    return this.call('probe.stats');
  }

  /** @returns {Promise<number[]>} when pictures were shown, ms on the clock of `stats().time` */
  shown() {
    return this.call('probe.shown');
  }

  /** Lets the encoder use so many bit/s. */
  allow(bitrate) {
    return this.call('probe.allow', bitrate);
  }

  async close() {
    await this.page.context().close();
  }

  /** Calls a function of the page's; `undefined` comes back as null. */
  call(method, ...args) {
    const list = args.map((arg) => JSON.stringify(arg)).join(', ');
    return this.page.evaluate(`Promise.resolve(${method}(${list})).then((value) => value ?? null)`);
  }
}
