<<<<<<< HEAD:panel/dist/assets/sheet-j45dId4Q.js
<<<<<<<< HEAD:panel/dist/assets/sheet-xWlV-9Ql.js
import{n as e}from"./settings-D573vGLv.js";import{qt as t}from"./first-CD8LE22Q.js";var n=t();function r({title:t,why:r,actions:i,children:a}){return(0,n.jsxs)(`div`,{className:e.sheet,children:[(0,n.jsxs)(`div`,{className:e.head,children:[(0,n.jsxs)(`div`,{className:e.heading,children:[(0,n.jsx)(`h2`,{className:e.name,children:t}),(0,n.jsx)(`p`,{className:e.why,children:r})]}),i]}),a]})}export{r as t};
========
import{n as e}from"./settings-OIbiRgqQ.js";import{rn as t}from"./first-p2JbfSqQ.js";var n=t();function r({title:t,why:r,actions:i,children:a}){return(0,n.jsxs)(`div`,{className:e.sheet,children:[(0,n.jsxs)(`div`,{className:e.head,children:[(0,n.jsxs)(`div`,{className:e.heading,children:[(0,n.jsx)(`h2`,{className:e.name,children:t}),(0,n.jsx)(`p`,{className:e.why,children:r})]}),i]}),a]})}export{r as t};
>>>>>>>> pwa:panel/dist/assets/sheet-j45dId4Q.js
=======
import{n as e}from"./settings-t_AtcaJ2.js";import{in as t}from"./first-D4WGdqtP.js";var n=t();function r({title:t,why:r,actions:i,children:a}){return(0,n.jsxs)(`div`,{className:e.sheet,children:[(0,n.jsxs)(`div`,{className:e.head,children:[(0,n.jsxs)(`div`,{className:e.heading,children:[(0,n.jsx)(`h2`,{className:e.name,children:t}),(0,n.jsx)(`p`,{className:e.why,children:r})]}),i]}),a]})}export{r as t};
>>>>>>> push:panel/dist/assets/sheet-DJue3lTQ.js
