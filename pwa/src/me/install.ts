/** How the app comes onto the desktop in this browser, step by step. Pure: words from what the browser is. */
export interface Here {
  readonly agent: string;
  readonly touchPoints: number;
  /** It runs from the desktop already. */
  readonly installed: boolean;
}

export interface Guide {
  readonly browser: string;
  readonly steps: readonly string[];
}

const SHARE_IOS = [
  "点屏幕下方（平板在上方）的“分享”：方框里一个向上的箭头。",
  "往下找到“添加到主屏幕”，点它。",
  "点“添加”。",
];
const GUIDES: readonly (readonly [when: RegExp, guide: Guide])[] = [
  [
    /MicroMessenger/i,
    { browser: "微信", steps: ["点右上角“…”，选“在浏览器打开”。", "到浏览器里再点“我的”，照那里的步骤装。"] },
  ],
  [
    /CriOS|EdgiOS|FxiOS/,
    {
      browser: "这个浏览器",
      steps: ["点“分享”：方框里一个向上的箭头。", ...SHARE_IOS.slice(1), "没有这一项，就用 Safari 打开再装。"],
    },
  ],
  [/iPhone|iPad|iPod/, { browser: "Safari", steps: SHARE_IOS }],
  [
    /HuaweiBrowser|HarmonyOS|OpenHarmony|ArkWeb/,
    {
      browser: "华为浏览器",
      steps: [
        "点下方的菜单（四个点）。",
        "点“添加至”，再点“桌面”或“主屏幕”。",
        "桌面上出现“家访手记”，以后从那里打开。",
      ],
    },
  ],
  [
    /Firefox\/.*|Android.*Firefox/,
    {
      browser: "Firefox",
      steps: ["手机上：点菜单（三个点），选“添加到主屏幕”或“安装”。", "电脑上：Firefox 不能安装，请把这一页存进书签。"],
    },
  ],
  [
    /Android/,
    {
      browser: "Chrome、Edge 等浏览器",
      steps: ["点浏览器的菜单（三个点）。", "选“安装应用”或“添加到主屏幕”。", "点“安装”。"],
    },
  ],
  [
    /Chrome\/|Edg\//,
    {
      browser: "电脑上的 Chrome、Edge",
      steps: [
        "点地址栏右端的安装图标；没有，就打开菜单（三个点）。",
        "Chrome 选“投放、保存和分享”里的“安装”；Edge 选“应用”里的“安装”。",
      ],
    },
  ],
  [/Macintosh.*Safari/, { browser: "电脑上的 Safari", steps: ["打开“文件”菜单，选“添加到程序坞”。"] }],
];
const ANY: Guide = { browser: "浏览器", steps: ["打开浏览器的菜单，找“添加到桌面”“添加到主屏幕”或“安装应用”。"] };

/** Null where it is on the desktop already. */
export function installGuide({ agent, touchPoints, installed }: Here): Guide | null {
  if (installed) return null;
  // An iPad calls itself a Mac; no Mac has a screen to touch.
  if (/Macintosh/.test(agent) && touchPoints > 1) return { browser: "Safari", steps: SHARE_IOS };
  return GUIDES.find(([when]) => when.test(agent))?.[1] ?? ANY;
}
