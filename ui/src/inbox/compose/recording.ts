// The microphone, as WhatsApp's voice notes want it: small, one channel, with its loudness.

const TYPES = ["audio/ogg;codecs=opus", "audio/webm;codecs=opus", "audio/mp4", "audio/webm"];
const STEPS = 64;
const LOOK_MS = 100;
const BITS_PER_SECOND = 24_000;
const LONGEST_S = 15 * 60;

export interface Recorded {
  blob: Blob;
  mime: string;
  seconds: number;
  waveform: number[];
}

export interface Recording {
  finish: () => Promise<Recorded>;
  cancel: () => void;
}

/** Asks for the microphone and records until told to stop; `onLook` hears the time and all levels (0..100) so far. */
export async function startRecording(onLook: (seconds: number, levels: readonly number[]) => void): Promise<Recording> {
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true },
  });
  const mime = TYPES.find((type) => MediaRecorder.isTypeSupported(type)) ?? "";
  const recorder = new MediaRecorder(stream, {
    audioBitsPerSecond: BITS_PER_SECOND,
    ...(mime === "" ? {} : { mimeType: mime }),
  });
  const parts: Blob[] = [];
  recorder.ondataavailable = ({ data }) => parts.push(data);
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const levels: number[] = [];
  const begun = performance.now();
  const timer = window.setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    levels.push(loudness(samples));
    const seconds = (performance.now() - begun) / 1000;
    onLook(seconds, levels);
    if (seconds > LONGEST_S && recorder.state === "recording") recorder.pause();
  }, LOOK_MS);
  recorder.start(1000);
  const release = () => {
    window.clearInterval(timer);
    for (const track of stream.getTracks()) track.stop();
    void context.close();
  };
  return {
    cancel: () => {
      if (recorder.state !== "inactive") recorder.stop();
      release();
    },
    finish: async () => {
      const seconds = Math.min(LONGEST_S, (performance.now() - begun) / 1000);
      await new Promise((resolve) => {
        recorder.onstop = resolve;
        recorder.stop();
      });
      release();
      const type = (recorder.mimeType || mime).split(";")[0] ?? "audio/webm";
      return { blob: new Blob(parts, { type }), mime: type, seconds, waveform: stepsOf(levels) };
    },
  };
}

function loudness(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return Math.min(100, Math.round(Math.sqrt(sum / samples.length) * 340));
}

/** Any number of levels as the 64 steps that travel with a voice note. */
export function stepsOf(levels: readonly number[]): number[] {
  if (levels.length === 0) return [];
  return Array.from({ length: STEPS }, (_, step) => {
    const from = Math.floor((step * levels.length) / STEPS);
    const until = Math.max(from + 1, Math.floor(((step + 1) * levels.length) / STEPS));
    return Math.max(...levels.slice(from, until));
  });
}
