/* Whether packets are those that were sent: all by what their headers say, some by every byte. */
#include "audience.h"
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

enum { NOISE = 65536, NUMBER = 4, STAMP = 8, STREAM_STEP = 977, MOST_DELAYS = 1 << 20 };

/* RFC 6184, as in peers/video-source.mjs. */
enum { FU_A = 0x7c, FU_START = 0x80, FU_END = 0x40, IDR_SLICE = 5, OTHER_SLICE = 1 };

struct source source;

static float delays[MOST_DELAYS];
static size_t delay_count;

/* The same bytes as the publishers', without a pattern (xorshift32). */
void check_noise(void) {
  size_t size = NOISE + MOST_PACKET;
  uint32_t state = 0x9e3779b9;
  source.noise = malloc(size);
  if (!source.noise) die("noise");
  for (size_t i = 0; i < size; i++) {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    source.noise[i] = (uint8_t)state;
  }
}

static int64_t frame_of(int64_t number) { return number * FRAMES_PER_SECOND / source.rate; }

static int64_t frame_start(int64_t frame) {
  return (frame * source.rate + FRAMES_PER_SECOND - 1) / FRAMES_PER_SECOND;
}

static uint32_t read32(const uint8_t *at) {
  uint32_t value;
  memcpy(&value, at, sizeof value);
  return ntohl(value);
}

static int matches(const uint8_t *payload, int length, int64_t number, uint32_t seed) {
  int64_t frame = frame_of(number);
  int key = frame % FRAMES_PER_SECOND == 0, first = number == frame_start(frame);
  int last = number + 1 == frame_start(frame + 1), offset = 2;
  if (key && first) {
    offset = source.prefix_length;
    if (memcmp(payload, source.prefix, (size_t)offset) != 0) return 0;
  } else {
    uint8_t header = (uint8_t)((first ? FU_START : 0) | (last ? FU_END : 0) | (key ? IDR_SLICE : OTHER_SLICE));
    if (payload[0] != FU_A || payload[1] != header) return 0;
  }
  const uint8_t *noise = source.noise + (number * 61 + (int64_t)seed * STREAM_STEP) % NOISE;
  int size = length - offset - NUMBER - (source.stamped ? STAMP : 0);
  return memcmp(payload + offset, noise, (size_t)size) == 0 && read32(payload + length - NUMBER) == (uint32_t)number;
}

static void note_delay(const uint8_t *payload, int length, uint64_t now) {
  const uint8_t *at = payload + length - NUMBER - STAMP;
  uint64_t sent = (uint64_t)read32(at) << 32 | read32(at + 4);
  if (sent <= now && now - sent < 60000000000u && delay_count < MOST_DELAYS) {
    delays[delay_count++] = (float)((double)(now - sent) / 1e6);
  }
}

int check_wants_payload(const struct viewer *viewer) {
  const struct check *check = &viewer->check;
  if (viewer->sampled) return 1;
  return check->seen && (!check->anchored || (check->last_number >= check->to && !check->verified));
}

void check_window(struct viewer *viewer, int64_t from, int64_t to) {
  struct check *check = &viewer->check;
  free(check->seen);
  check->seen = calloc((size_t)(to - from), 1);
  if (!check->seen) die("window");
  check->from = from;
  check->to = to;
  check->received = 0;
  check->anchored = check->verified = 0;
  memset(&check->counts, 0, sizeof check->counts);
}

static int64_t index_of(struct check *check, uint16_t sequence) {
  if (!check->started) {
    check->started = 1;
    check->first = check->highest = sequence;
    return sequence;
  }
  int64_t index = check->highest + (int16_t)(sequence - (uint16_t)check->highest);
  if (index > check->highest) check->highest = index;
  return index;
}

/* Headers against the anchor: the packet whose payload said which one of the publisher's it is. */
static void check_header(struct viewer *viewer, const uint8_t *packet, int length, int64_t number) {
  struct check *check = &viewer->check;
  int last = number + 1 == frame_start(frame_of(number) + 1);
  uint32_t shift = read32(packet + 4) - (uint32_t)(frame_of(number) * TICKS_PER_FRAME);
  uint8_t type = (uint8_t)(packet[1] & 0x7f);
  if (read32(packet + 8) != check->ssrc || shift != check->timestamp_shift || packet[1] >> 7 != last) {
    check->counts.misnumbered++;
    /* Counts one break once: the next packet is opened to see where the numbering is now. */
    check->anchored = 0;
  }
  if (type != check->type || length - srtp_header(packet, length) - TAG != source.size - HEADER) check->counts.damaged++;
}

void check_packet(struct viewer *viewer, uint8_t *packet, int length, int whole, uint64_t now) {
  struct check *check = &viewer->check;
  int64_t index = index_of(check, (uint16_t)(packet[2] << 8 | packet[3])), number = index - check->shift;
  check->packets++;
  if (!check->seen && !viewer->sampled) return;
  int header = srtp_header(packet, length);
  int payload = whole && check_wants_payload(viewer) ? srtp_open(viewer, packet, length, index) : 0;
  if (payload > 0 && payload != source.size - HEADER) payload = -1;
  if (payload > 0) {
    uint32_t said = read32(packet + length - TAG - NUMBER);
    if (!check->anchored) {
      check->anchored = 1;
      check->last_number = -1;
      check->shift = index - said;
      check->ssrc = read32(packet + 8);
      check->type = (uint8_t)(packet[1] & 0x7f);
      check->timestamp_shift = read32(packet + 4) - (uint32_t)(frame_of(said) * TICKS_PER_FRAME);
      number = said;
    }
    if ((uint32_t)number != said) {
      check->counts.misnumbered++;
      /* One break is counted once, here as well. */
      check->anchored = 0;
    }
    if (!matches(packet + header, payload, said, viewer->seed)) check->counts.damaged++;
    check->counts.compared++;
    if (source.stamped) note_delay(packet + header, payload, now);
    if (number >= check->to) check->verified = 1;
  } else if (payload < 0) check->counts.damaged++;
  if (!check->anchored) return;
  if (number > check->last_number) check->last_number = number;
  if (number < check->from || number >= check->to) return;
  if (check->seen[number - check->from]) {
    check->counts.duplicates++;
    return;
  }
  check->seen[number - check->from] = 1;
  check->received++;
  if (number < check->last_number) check->counts.reordered++;
  check_header(viewer, packet, length, number);
}

static int ascending(const void *one, const void *other) {
  float a = *(const float *)one, b = *(const float *)other;
  return (a > b) - (a < b);
}

/* Of the packets since the last call, ms, by nearest rank; returns how many were timed. */
int check_delays(double *p50, double *p99, double *p999, double *most) {
  int count = (int)delay_count;
  delay_count = 0;
  if (count == 0) return 0;
  qsort(delays, (size_t)count, sizeof delays[0], ascending);
  *p50 = delays[(count - 1) / 2];
  *p99 = delays[(int)((count - 1) * 0.99)];
  *p999 = delays[(int)((count - 1) * 0.999)];
  *most = delays[count - 1];
  return count;
}
