/** The part of the Web SDK's global that the console uses; its full description is in the package. */
declare namespace Flashphoner {
  interface DeviceList {
    readonly audio: readonly Device[];
    readonly video: readonly Device[];
  }

  interface Device {
    readonly id: string;
    readonly label: string;
  }

  interface MediaConstraints {
    audio: boolean | { deviceId?: { exact: string } };
    /** `maxBitrate`: kbit/s. */
    video: boolean | { width: number; height: number; maxBitrate?: number; deviceId?: { exact: string } };
  }

  /** Statistics reports by their type, as `getStats` of the browser gives them. */
  type NativeStats = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[] | undefined>>;

  interface Stream {
    id(): string;
    status(): string;
    getInfo(): string | undefined;
    getErrorInfo(): string | undefined;
    on(event: string, callback: (stream: Stream) => void): Stream;
    publish(): void;
    play(): void;
    stop(): void;
    getStats(callback: (stats: NativeStats) => void, native: true): void;
    muteAudio(): void;
    unmuteAudio(): void;
    muteVideo(): void;
    unmuteVideo(): void;
    switchCam(deviceId: string): Promise<unknown>;
    switchMic(deviceId: string): Promise<unknown>;
  }

  interface StreamOptions {
    readonly name: string;
    readonly display: HTMLElement;
    readonly constraints?: MediaConstraints;
    readonly cacheLocalResources?: boolean;
    readonly unmutePlayOnStart?: boolean;
  }

  interface Session {
    status(): string;
    on(event: string, callback: (session: Session) => void): Session;
    createStream(options: StreamOptions): Stream;
    disconnect(): void;
  }

  function init(options: {
    createMicGainNode: boolean;
    collectClientInfo: boolean;
    logger: { severity: string };
  }): Promise<void>;
  function createSession(options: { urlServer: string; timeout: number }): Session;
  function getMediaDevices(provider: undefined, labels: boolean): Promise<DeviceList>;
  function getMediaAccess(constraints: MediaConstraints, display: HTMLElement): Promise<HTMLElement>;
  function releaseLocalMedia(display: HTMLElement): boolean;
}

interface Window {
  /** Missing when the script did not load. */
  readonly Flashphoner?: typeof Flashphoner;
}
