import { useMemo } from "react";
import { useToast } from "../../design";
import { http } from "../../http";
import { problemWords, useText } from "../../text";
import type { MessageView } from "../api";
import { useInbox } from "../store/context";
import type { Bubble } from "../store/conversation";

/** What can be done with a message of the server. The event that follows brings the new view. */
export function useMessageActions() {
  const inbox = useInbox();
  const text = useText();
  const toast = useToast();
  return useMemo(() => {
    const attempt = async (run: () => Promise<unknown>, undo?: () => void) => {
      try {
        await inbox.store.answered(run(), (answer) => isMessage(answer) && inbox.store.putMessage(answer));
      } catch (error) {
        undo?.();
        toast({ words: problemWords(text, error), tone: "stop" });
      }
    };
    return {
      react: (bubble: Bubble, emoji: string) => {
        const others = bubble.reactions.filter((each) => !each.fromMe);
        const own = emoji === "" ? [] : [{ emoji, fromMe: true, senderName: "" }];
        inbox.store.putMessage({ ...bubble, reactions: [...others, ...own] });
        void attempt(
          () => http.post(`/api/messages/${bubble.id}/reaction`, { emoji }),
          () => inbox.store.putMessage(bubble),
        );
      },
      edit: (bubble: Bubble, body: string) => {
        inbox.store.putMessage({ ...bubble, body, editedAt: new Date().toISOString() });
        void attempt(
          () => http.patch(`/api/messages/${bubble.id}`, { body }),
          () => inbox.store.putMessage(bubble),
        );
      },
      remove: (bubble: Bubble) => attempt(() => http.delete(`/api/messages/${bubble.id}`)),
      retry: (bubble: Bubble) => void attempt(() => http.post(`/api/messages/${bubble.id}/retry`)),
      cancel: (bubble: Bubble) => void attempt(() => http.delete(`/api/messages/${bubble.id}/send`)),
      fetchMedia: (bubble: Bubble) => attempt(() => http.post(`/api/messages/${bubble.id}/media`)),
      copy: (bubble: Bubble) =>
        void navigator.clipboard
          .writeText(bubble.body)
          .then(() => toast({ words: text.t("copy.copied"), tone: "good" })),
    };
  }, [inbox, text, toast]);
}

function isMessage(answer: unknown): answer is MessageView {
  return typeof answer === "object" && answer !== null && "chatId" in answer && "wireId" in answer;
}
