import type { Bubble } from "../store/conversation";
import { Cards } from "./Cards";
import { Place } from "./Place";
import { Poll } from "./Poll";
import { VideoFile } from "./VideoFile";

/** Kinds that most chats have none of; fetched when the first of them is shown. */
export default function Seldom({ bubble }: { bubble: Bubble }) {
  if (bubble.kind === "video") return <VideoFile bubble={bubble} />;
  if (bubble.kind === "location") return <Place bubble={bubble} />;
  if (bubble.kind === "contacts") return <Cards bubble={bubble} />;
  return <Poll bubble={bubble} />;
}
