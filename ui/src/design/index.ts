export { Badge, StatusPill } from "./Badge";
export { Button, type ButtonProps, IconButton } from "./Button";
export { Checkbox, type Choice, RadioGroup, Switch } from "./Choice";
export { ChosenBar } from "./ChosenBar";
export { ConfirmDialog } from "./ConfirmDialog";
export { CopyButton } from "./CopyButton";
export { CopyField } from "./CopyField";
export { cx } from "./cx";
export { Dialog, Drawer } from "./Dialog";
export { DownloadMenu } from "./DownloadMenu";
export {
  DateTime,
  Field,
  NumberInput,
  type Option,
  PasswordInput,
  Select,
  TextArea,
  TextInput,
} from "./Field";
export { FileDrop } from "./FileDrop";
export { FilterChip, type FilterOption } from "./FilterChip";
export { Menu, MenuChoice, type MenuEntry, type MenuItem, MenuPanel } from "./Menu";
export { Notice } from "./Notice";
export { Bubble, PhoneFrame } from "./PhoneFrame";
export { PickMany, type PickOption } from "./PickMany";
export { ProgressBar } from "./ProgressBar";
export { SearchInput } from "./SearchInput";
export { type Segment, StackedBar } from "./StackedBar";
export { EmptyState, ErrorState, Skeleton } from "./States";
export { type Step, Stepper } from "./Stepper";
export { Table, type TableColumn } from "./Table";
export { type Tab, Tabs } from "./Tabs";
export { Facts, Panel, Tile, Tiles } from "./Tile";
export { ToastProvider, useToast } from "./Toast";
export { Tooltip } from "./Tooltip";
export type { Tone } from "./tone";
export { useAction } from "./useAction";
export { useDebounced } from "./useDebounced";
export { useWide } from "./useWide";
export { type Selection, type VirtualColumn, VirtualTable } from "./VirtualTable";
