import { ArchivesPage } from "./ArchivesPage";
import { ArchiveWizard } from "./ArchiveWizard";

/** `/devices/archives`, and one of them at `/devices/archives/{id}`. */
export default function Archives({ id }: { id: string | null }) {
  return id === null ? <ArchivesPage /> : <ArchiveWizard key={id} id={id === "new" ? null : id} />;
}
