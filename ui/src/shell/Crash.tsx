import { CircleAlert } from "lucide-react";
import { Component, type ReactNode } from "react";
import { Button, EmptyState } from "../design";
import { useT } from "../text";

/** Keeps a broken screen from taking the rest of the page with it. `resetKey` changes with the address. */
export class CrashBoundary extends Component<{ children: ReactNode; resetKey: string }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override componentDidUpdate(before: { resetKey: string }) {
    if (before.resetKey !== this.props.resetKey && this.state.broken) this.setState({ broken: false });
  }

  override render() {
    return this.state.broken ? <Crashed /> : this.props.children;
  }
}

function Crashed() {
  const t = useT();
  return (
    <EmptyState
      icon={<CircleAlert size={26} />}
      title={t("shell.crashed")}
      action={<Button onClick={() => window.location.reload()}>{t("shell.reload")}</Button>}
    >
      {t("shell.crashedHint")}
    </EmptyState>
  );
}
