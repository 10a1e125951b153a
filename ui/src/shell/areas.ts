import { Gauge, type LucideIcon, Megaphone, MessagesSquare, Settings, Smartphone, Users } from "lucide-react";
import { type ComponentType, type LazyExoticComponent, lazy } from "react";
import type { Permission } from "../api.gen";
import { type PlainKey, withWords } from "../text";

export interface Area {
  href: string;
  /** What wouter matches: the area and everything below it. */
  path: string | RegExp;
  label: PlainKey;
  icon: LucideIcon;
  needs: Permission;
  screen: LazyExoticComponent<ComponentType>;
}

/** The areas of the product, in the order of the rail; each is its own chunk. */
export const AREAS: readonly Area[] = [
  {
    href: "/",
    path: /^\/(?:restored)?$/,
    label: "shell.overview",
    icon: Gauge,
    needs: "workspace:read",
    screen: lazy(withWords(["office"], () => import("../overview"))),
  },
  {
    href: "/inbox",
    path: /^\/(?:inbox|device\/[^/]+\/whatsapp-web)(?:\/.*)?$/,
    label: "shell.inbox",
    icon: MessagesSquare,
    needs: "inbox:read",
    screen: lazy(withWords(["inbox"], () => import("../inbox"))),
  },
  {
    href: "/leads",
    path: "/leads/*?",
    label: "shell.leads",
    icon: Users,
    needs: "lead:read",
    screen: lazy(withWords(["office"], () => import("../leads"))),
  },
  {
    href: "/campaigns",
    path: "/campaigns/*?",
    label: "shell.campaigns",
    icon: Megaphone,
    needs: "campaign:read",
    screen: lazy(withWords(["office"], () => import("../campaigns"))),
  },
  {
    href: "/devices",
    path: "/devices/*?",
    label: "shell.devices",
    icon: Smartphone,
    needs: "device:read",
    screen: lazy(withWords(["office"], () => import("../devices"))),
  },
  {
    href: "/settings",
    path: "/settings/*?",
    label: "shell.settings",
    icon: Settings,
    needs: "workspace:read",
    screen: lazy(withWords(["office"], () => import("../settings"))),
  },
];
