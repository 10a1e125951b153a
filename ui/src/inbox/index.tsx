import { useEffect } from "react";
import { useLocation } from "wouter";
import { InboxScreen } from "./InboxScreen";
import { parsePlace } from "./place";
import { InboxProvider } from "./store/context";

/** `/inbox/{chatId}` over all devices, `/device/{deviceId}/whatsapp-web/{chatId}` for one. */
export default function InboxArea() {
  const [location] = useLocation();
  const { deviceId, chatId } = parsePlace(location);
  useEffect(() => {
    document.documentElement.dataset.visited = "yes";
  }, []);
  return (
    <InboxProvider>
      <InboxScreen deviceId={deviceId} chatId={chatId} />
    </InboxProvider>
  );
}
