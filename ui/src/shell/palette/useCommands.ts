import { useLocation } from "wouter";
import type { Me, Permission } from "../../api.gen";
import { useAction } from "../../design";
import { http } from "../../http";
import { LANGUAGES, type PlainKey, useT } from "../../text";
import { AREAS } from "../areas";
import { useMay, useSession } from "../session";

export interface Entry {
  id: string;
  label: string;
  /** What kind of thing it is; found by its words too. */
  hint: string;
  run: () => void;
}

const ACTIONS: readonly { needs: Permission; label: PlainKey; href: string }[] = [
  { needs: "campaign:edit", label: "palette.newCampaign", href: "/campaigns/new" },
  { needs: "inbox:reply", label: "palette.newChat", href: "/inbox?new" },
  { needs: "lead:import", label: "palette.import", href: "/leads/import/new" },
  { needs: "lead:edit", label: "palette.newLead", href: "/leads/new" },
  { needs: "workspace:read", label: "shell.profile", href: "/settings/profile" },
];
const THEMES = ["system", "light", "dark"] as const;

/** Pages, and what can be done from anywhere, as far as the person may. */
export function useCommands(): Entry[] {
  const t = useT();
  const may = useMay();
  const { accept, signOut } = useSession();
  const [, go] = useLocation();
  const change = useAction({
    run: (facts: { theme?: (typeof THEMES)[number]; language?: (typeof LANGUAGES)[number] }) =>
      http.patch<Me>("/api/me", facts),
    done: accept,
  });
  const leave = useAction({ run: signOut, done: () => go("/sign-in") });
  const page = (label: string, href: string): Entry => ({
    id: href,
    label,
    hint: t("palette.page"),
    run: () => go(href),
  });
  const action = (id: string, label: string, run: () => void): Entry => ({
    id,
    label,
    hint: t("palette.action"),
    run,
  });
  return [
    ...AREAS.filter((area) => may(area.needs)).map((area) => page(t(area.label), area.href)),
    ...ACTIONS.filter((each) => may(each.needs)).map((each) => action(each.href, t(each.label), () => go(each.href))),
    ...THEMES.map((theme) =>
      action(theme, `${t("shell.theme")}: ${t(`shell.theme.${theme}`)}`, () => change.mutate({ theme })),
    ),
    ...LANGUAGES.map((language) =>
      action(language, `${t("shell.language")}: ${t(`shell.language.${language}`)}`, () => change.mutate({ language })),
    ),
    action("sign-out", t("shell.signOut"), () => leave.mutate()),
  ];
}
