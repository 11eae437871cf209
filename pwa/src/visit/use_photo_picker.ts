/** Taking pictures from the camera or the gallery: all is saved before the picker opens, since the camera may take the page's memory. */
import { onBeforeUnmount, onMounted, ref, type Ref } from "vue";
import { onBeforeRouteLeave } from "vue-router";
import { keepPhoto } from "#worker/store/photos.ts";
import { notePicking, wasPicking } from "#worker/store/picking.ts";
import { NoRoom } from "#worker/store/room.ts";
import { useApp } from "#pwa/components/app_context.ts";
import { MOST_PHOTOS } from "#pwa/components/labels.ts";
import { createShrinker, Unreadable, type Shrinker } from "./shrinker.ts";

const SENTENCES = {
  too_large: "这张照片太大，手机打不开。请用相机里的小图再试。",
  unreadable: "这张图片打不开，可能是格式不支持或文件损坏。请换一张，或用相机重拍。",
  no_room: "手机空间不够，这张照片没有存下，文字已经存好。清理一些空间后，请再拍一次。",
  lost: "刚才手机腾内存，把这一页关过，照片没有传回来；您写的都还在。请再拍一次，或先用相机拍好，再从相册选。",
  again: "这张照片已经在里面了。",
} as const;

export interface PhotoPicker {
  /** Pictures are being made small, one after the other. */
  readonly working: Readonly<Ref<boolean>>;
  readonly problem: Readonly<Ref<string>>;
  /** Save, then open the picker of this input. */
  open(input: HTMLInputElement | null): Promise<void>;
  /** The picker was closed, with or without pictures. */
  closed(): void;
  /**
   * Shrink and store the chosen pictures, one after the other; `room` says how many may still be added.
   *
   * @param added - says whether the picture is new in this visit
   */
  take(files: readonly File[], room: () => number, added: (sha256: string) => boolean): Promise<void>;
}

export function usePhotoPicker(
  visitId: string,
  flush: () => Promise<boolean>,
  shrinker: Shrinker = createShrinker(),
): PhotoPicker {
  const app = useApp();
  const working = ref(false);
  const problem = ref("");
  /** Whose visit it is, for as long as this screen stands; a picture chosen by somebody else goes nowhere. */
  const owner = app.person.value?.id;
  let picking = false;
  let taking: Promise<unknown> = Promise.resolve();

  const closed = (): void => {
    if (!picking) return;
    app.busyForms.value -= 1;
    picking = false;
    void notePicking(null);
  };
  /** Every trouble once, however many pictures have it. */
  const tell = (sentence: string): void => {
    if (!problem.value.includes(sentence)) problem.value += sentence;
  };
  /** Keep one picture; true if the visit has one more now. */
  async function keep(person: string, file: File, added: (sha256: string) => boolean): Promise<boolean> {
    try {
      const photo = await shrinker.shrink(file);
      await keepPhoto(person, visitId, photo);
      const isNew = added(photo.sha256);
      if (!isNew) tell(SENTENCES.again);
      return isNew;
    } catch (error) {
      if (error instanceof Unreadable) tell(SENTENCES[error.problem]);
      else if (error instanceof NoRoom) tell(SENTENCES.no_room);
      else throw error;
      return false;
    }
  }
  async function keepAll(files: readonly File[], room: number, added: (sha256: string) => boolean): Promise<void> {
    if (owner === undefined) return;
    let [left, over] = [room, 0];
    working.value = true;
    try {
      for (const file of files) {
        if (left <= 0) over += 1;
        else if (await keep(owner, file, added)) left -= 1;
      }
    } finally {
      working.value = false;
    }
    if (over > 0) tell(`最多 ${MOST_PHOTOS} 张，多出的 ${over} 张没有添。`);
    await flush();
  }
  onMounted(async () => {
    if (await wasPicking(visitId)) problem.value = SENTENCES.lost;
  });
  // A picture from the camera may be nowhere else: whoever leaves while it is made small waits for it.
  onBeforeRouteLeave(() => taking.then(() => true));
  onBeforeUnmount(() => {
    closed();
    // Those already chosen are still kept for who chose them.
    void taking
      .catch(() => undefined)
      .then(() => {
        shrinker.stop();
      });
  });

  return {
    working,
    problem,
    async open(input) {
      problem.value = "";
      await flush();
      if (!picking) app.busyForms.value += 1;
      picking = true;
      await notePicking(visitId);
      input?.click();
    },
    closed,
    async take(files, room, added) {
      if (app.person.value?.id !== owner) return;
      taking = taking.catch(() => undefined).then(() => keepAll(files, room(), added));
      closed();
      await taking;
    },
  };
}
