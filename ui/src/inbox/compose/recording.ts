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
  /** Stops for a while; gives what has been said so far, to be heard. */
  pause: () => Promise<Blob>;
  resume: () => void;
  finish: () => Promise<Recorded>;
  cancel: () => void;
}

interface Look {
  /** The time and all levels (0..100) so far. */
  onLook: (seconds: number, levels: readonly number[]) => void;
  /** Nobody listens longer: it has stopped by itself. */
  onFull: () => void;
}

/** Asks for the microphone and records until told to stop. */
export async function startRecording({ onLook, onFull }: Look): Promise<Recording> {
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
  const type = () => (recorder.mimeType || mime).split(";")[0] || "audio/webm";
  const { listen, release } = listenTo(stream);
  const levels: number[] = [];
  let spoken = 0;
  let since = performance.now();
  const seconds = () =>
    Math.min(LONGEST_S, (spoken + (recorder.state === "recording" ? performance.now() - since : 0)) / 1000);
  const halt = () => {
    if (recorder.state !== "recording") return;
    spoken += performance.now() - since;
    recorder.pause();
  };
  const timer = window.setInterval(() => {
    if (recorder.state !== "recording") return;
    levels.push(listen());
    onLook(seconds(), levels);
    if (seconds() < LONGEST_S) return;
    halt();
    onFull();
  }, LOOK_MS);
  recorder.start(1000);
  const end = () => {
    window.clearInterval(timer);
    for (const track of stream.getTracks()) track.stop();
    release();
  };
  return {
    pause: async () => {
      halt();
      await new Promise((resolve) => {
        recorder.addEventListener("dataavailable", resolve, { once: true });
        recorder.requestData();
      });
      return new Blob(parts, { type: type() });
    },
    resume: () => {
      since = performance.now();
      recorder.resume();
    },
    cancel: () => {
      if (recorder.state !== "inactive") recorder.stop();
      end();
    },
    finish: async () => {
      const length = seconds();
      await new Promise((resolve) => {
        recorder.onstop = resolve;
        recorder.stop();
      });
      end();
      return { blob: new Blob(parts, { type: type() }), mime: type(), seconds: length, waveform: stepsOf(levels) };
    },
  };
}

/** How loud it is just now, 0..100. */
function listenTo(stream: MediaStream): { listen: () => number; release: () => void } {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  return {
    listen: () => {
      analyser.getFloatTimeDomainData(samples);
      let sum = 0;
      for (const sample of samples) sum += sample * sample;
      return Math.min(100, Math.round(Math.sqrt(sum / samples.length) * 340));
    },
    release: () => void context.close(),
  };
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
