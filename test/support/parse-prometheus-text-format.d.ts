declare module 'parse-prometheus-text-format' {
  /** Reads the text exposition format of Prometheus 0.0.4. @throws Error for what is none */
  export default function parse(text: string): unknown;
}
