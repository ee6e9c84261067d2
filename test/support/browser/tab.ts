/** A page of a browser, whichever program drives it. */
export interface Tab {
  goto(url: string): Promise<void>;
  /** Evaluates an expression in the page, awaits it when it is a promise, and returns its JSON value. */
  evaluate<T>(expression: string): Promise<T>;
  /** What the page wrote to its console, and errors nobody caught: for failure reports. */
  readonly console: readonly string[];
  close(): Promise<void>;
}

/** A browser with a new profile and fake devices. Closing it closes its tabs. */
export interface Browser {
  readonly name: 'Chromium' | 'Firefox';
  newTab(): Promise<Tab>;
  close(): Promise<void>;
}
