<<<<<<<< HEAD:panel/dist/assets/sheet-Lg9Nul2T.js
import{t as e}from"./settings.module-DvKs26rY.js";import{Nn as t}from"./first-CePe1N0H.js";var n=t();function r({title:t,why:r,actions:i,children:a}){return(0,n.jsxs)(`div`,{className:e.sheet,children:[(0,n.jsxs)(`div`,{className:e.head,children:[(0,n.jsxs)(`div`,{className:e.heading,children:[(0,n.jsx)(`h2`,{className:e.name,children:t}),(0,n.jsx)(`p`,{className:e.why,children:r})]}),i]}),a]})}export{r as t};
========
import{t as e}from"./settings.module-DvKs26rY.js";import{Pn as t}from"./first-Cug4cGXm.js";var n=t();function r({title:t,why:r,actions:i,children:a}){return(0,n.jsxs)(`div`,{className:e.sheet,children:[(0,n.jsxs)(`div`,{className:e.head,children:[(0,n.jsxs)(`div`,{className:e.heading,children:[(0,n.jsx)(`h2`,{className:e.name,children:t}),(0,n.jsx)(`p`,{className:e.why,children:r})]}),i]}),a]})}export{r as t};
>>>>>>>> b689db89 (The bundles and the generated pages follow):panel/dist/assets/sheet-CnIHLDVL.js
