import "@fontsource-variable/inter/wght.css";
import { mount } from "svelte";
import App from "./App.svelte";
import { theme } from "./lib/shell/theme.svelte";
import "./styles/app.css";
import "./styles/rooms.css";
import "./styles/tokens.css";

theme.start();
mount(App, { target: document.getElementById("app")! });
