/** What a colour means. The same tone is the same colour everywhere. */
export type Tone = "good" | "wait" | "stop" | "info" | "idle";
