/** The addresses of the app. Everything but 今天 is loaded when it is first opened; the service worker has it by then. */
import { createRouter, createWebHistory, type Router, type RouteRecordRaw } from "vue-router";
import { skipSheets } from "./components/back_closes.ts";
import { currentPerson } from "#worker/store/people.ts";
import TodayPage from "./today/TodayPage.vue";

const routes: RouteRecordRaw[] = [
  { path: "/", name: "today", component: TodayPage, meta: { title: "今天" } },
  {
    path: "/app/sign-in",
    name: "sign-in",
    component: () => import("./sign_in/SignInPage.vue"),
    meta: { title: "登录", open: true },
  },
  { path: "/app/class", name: "classes", component: () => import("./classes/ClassPage.vue"), meta: { title: "班级" } },
  {
    path: "/app/class/:id",
    name: "class",
    component: () => import("./classes/ClassPage.vue"),
    meta: { title: "班级" },
    props: true,
  },
  {
    path: "/app/student/:id",
    name: "student",
    component: () => import("./classes/StudentPage.vue"),
    meta: { title: "学生" },
    props: true,
  },
  {
    path: "/app/visit/new",
    name: "new-visit",
    component: () => import("./visit/NewVisitPage.vue"),
    meta: { title: "记一次家访" },
  },
  {
    path: "/app/visit/:id",
    name: "visit",
    component: () => import("./visit/VisitPage.vue"),
    meta: { title: "手记" },
    props: true,
  },
  {
    path: "/app/visit/:id/photos",
    name: "photos",
    component: () => import("./visit/PhotosPage.vue"),
    meta: { title: "照片" },
    props: true,
  },
  {
    path: "/app/visit/:id/page",
    name: "extra-page",
    component: () => import("./visit/ExtraPage.vue"),
    meta: { title: "另附页" },
    props: true,
  },
  {
    path: "/app/visit/:id/code",
    name: "family-code",
    component: () => import("./visit/FamilyCodePage.vue"),
    meta: { title: "给家长的码" },
    props: true,
  },
  {
    path: "/app/visit/:id/history",
    name: "history",
    component: () => import("./history/HistoryPage.vue"),
    meta: { title: "改动经过" },
    props: true,
  },
  {
    path: "/app/records",
    name: "records",
    component: () => import("./records/RecordsPage.vue"),
    meta: { title: "我的记录" },
  },
  { path: "/app/todo", name: "todo", component: () => import("./todo/TodoPage.vue"), meta: { title: "需处理" } },
  {
    path: "/app/todo/:id",
    name: "conflict",
    component: () => import("./todo/ConflictPage.vue"),
    meta: { title: "需处理" },
    props: true,
  },
  {
    path: "/app/todo/:id/same/:other",
    name: "same-visit",
    component: () => import("./todo/SamePage.vue"),
    meta: { title: "需处理" },
    props: true,
  },
  {
    path: "/app/share",
    name: "share",
    component: () => import("./visit/SharePage.vue"),
    meta: { title: "照片", open: true }, // whoever is signed out is told so here
  },
  {
    path: "/app/cards",
    name: "cards",
    component: () => import("./guidance/CardsPage.vue"),
    meta: { title: "指导卡" },
  },
  {
    path: "/app/report",
    name: "report",
    component: () => import("./guidance/ReportPage.vue"),
    meta: { title: "强制报告" },
  },
  { path: "/app/me", name: "me", component: () => import("./me/MePage.vue"), meta: { title: "我的" } },
  {
    path: "/app/:rest(.*)*",
    name: "nowhere",
    component: () => import("./today/NowherePage.vue"),
    meta: { title: "没有这一页" },
  },
  { path: "/:rest(.*)*", redirect: "/" },
];

/**
 * The router, told whether somebody is signed in as the app starts. Titles never name a child: they show in the history and in
 * the list of open apps.
 */
export function createAppRouter(isSignedIn: boolean): Router {
  const router = createRouter({ history: createWebHistory(), routes });
  router.beforeEach(async (to) => {
    // A store that cannot be read for a moment (a full disk) puts nobody out and keeps nobody from their words.
    if (to.meta["open"] !== true) isSignedIn = await currentPerson().then(Boolean, () => isSignedIn);
    if (to.meta["open"] === true || isSignedIn) return true;
    return { name: "sign-in", query: to.fullPath === "/" ? {} : { next: to.fullPath } };
  });
  skipSheets(router);
  router.afterEach((to) => {
    document.title = `${typeof to.meta["title"] === "string" ? to.meta["title"] : "家访手记"} · 家访手记`;
  });
  return router;
}
