import { z } from 'zod';
import { text } from '../fields.js';

/** `webRTCMetricsClientDescription` (WCS spec B.11): the columns of the batches that follow, joined by ','. */
export const metricsDescriptionSchema = z.object({
  mediaSessionId: text(),
  compression: text('none'),
  headers: text(),
});
export type MetricsDescription = z.infer<typeof metricsDescriptionSchema>;

/** `webRTCMetricsBatch` (WCS spec B.11): JSON, or base64 of gzipped JSON, as the description said. */
export const metricsBatchSchema = z.object({ mediaSessionId: text(), metrics: text() });
export type MetricsBatch = z.infer<typeof metricsBatchSchema>;
