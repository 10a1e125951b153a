import { type ComponentType, lazy, Suspense } from "react";
import { withWords } from "../../text";

/** A part that is fetched, with its words, when it is first shown. */
export function lazily<Props extends object>(load: () => Promise<{ default: ComponentType<Props> }>) {
  const Part = lazy(withWords("inboxPanels", load)) as unknown as ComponentType<Props>;
  return function Lazily(props: Props) {
    return (
      <Suspense fallback={null}>
        <Part {...props} />
      </Suspense>
    );
  };
}
