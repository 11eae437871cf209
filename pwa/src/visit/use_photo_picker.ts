/** Taking pictures from the camera or the gallery: all is saved before the picker opens, since the camera may take the page's memory. */
import { onBeforeUnmount, ref, type Ref } from "vue";
import { keepPhoto } from "#worker/store/photos.ts";
import { NoRoom } from "#worker/store/room.ts";
import { useApp } from "#pwa/components/app_context.ts";
import { createShrinker, Unreadable, type Shrinker } from "./shrinker.ts";

const SENTENCES = {
  too_large: "这张照片太大，手机打不开。请用相机里的小图再试。",
  unreadable: "这张图片打不开，可能是格式不支持或文件损坏。请换一张，或用相机重拍。",
  no_room: "手机空间不够，这张照片没有存下，文字已经存好。清理一些空间后，请再拍一次。",
} as const;

export interface PhotoPicker {
  /** How many pictures are being made small. */
  readonly working: Readonly<Ref<number>>;
  readonly problem: Readonly<Ref<string>>;
  /** Save, then open the picker of this input. */
  open(input: HTMLInputElement | null): Promise<void>;
  /** The picker was closed, with or without pictures. */
  closed(): void;
  /** Shrink and store the chosen pictures, one after the other; `room` is how many may still be added. */
  take(files: readonly File[], room: number, added: (sha256: string) => void): Promise<void>;
}

export function usePhotoPicker(
  visitId: string,
  flush: () => Promise<boolean>,
  shrinker: Shrinker = createShrinker(),
): PhotoPicker {
  const app = useApp();
  const working = ref(0);
  const problem = ref("");
  let picking = false;

  const closed = (): void => {
    if (picking) app.busyForms.value -= 1;
    picking = false;
  };
  async function keep(file: File, added: (sha256: string) => void): Promise<void> {
    const person = app.person.value;
    if (!person) return;
    try {
      const photo = await shrinker.shrink(file);
      await keepPhoto(person.id, visitId, photo);
      added(photo.sha256);
    } catch (error) {
      if (error instanceof Unreadable) problem.value = SENTENCES[error.problem];
      else if (error instanceof NoRoom) problem.value = SENTENCES.no_room;
      else throw error;
    }
  }
  onBeforeUnmount(() => {
    closed();
    shrinker.stop();
  });

  return {
    working,
    problem,
    async open(input) {
      problem.value = "";
      await flush();
      if (!picking) app.busyForms.value += 1;
      picking = true;
      input?.click();
    },
    closed,
    async take(files, room, added) {
      closed();
      if (files.length > room) problem.value = `最多 6 张，多出的 ${files.length - room} 张没有添。`;
      const taken = files.slice(0, room);
      working.value += taken.length;
      for (const file of taken) {
        await keep(file, added);
        working.value -= 1;
      }
    },
  };
}
