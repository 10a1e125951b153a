import type { Groups } from "../api.gen";
import type { Segment } from "../design";
import type { Text } from "../text";
import { GROUP_TONES, GROUPS, type GroupName } from "./words";

/** A campaign's recipients as parts that add up; every part can open its rows. */
export function groupSegments(text: Text, groups: Groups, onOpen?: (group: GroupName) => void): Segment[] {
  return GROUPS.map((group) => ({
    id: group,
    label: text.t(`campaigns.group.${group}`),
    value: groups[group],
    tone: GROUP_TONES[group],
    ...(onOpen === undefined || groups[group] === 0 ? {} : { onOpen: () => onOpen(group) }),
  }));
}

export function totalOf(groups: Groups): number {
  return GROUPS.reduce((sum, group) => sum + groups[group], 0);
}
