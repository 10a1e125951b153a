import { type ComponentType, lazy, type ReactNode, Suspense } from "react";
import { type Group, withWords } from "../../text";

/** A part that is fetched, with its words, when it is first shown. */
export function lazily<Props extends object>(
  load: () => Promise<{ default: ComponentType<Props> }>,
  /** Holds its place meanwhile. */
  meanwhile: (props: Props) => ReactNode = () => null,
  groups: readonly Group[] = ["inboxPanels", "parts"],
) {
  const Part = lazy(withWords(groups, load)) as unknown as ComponentType<Props>;
  return function Lazily(props: Props) {
    return (
      <Suspense fallback={meanwhile(props)}>
        <Part {...props} />
      </Suspense>
    );
  };
}
