<<<<<<<< HEAD:panel/dist/assets/pick-ByLDtstQ.js
import{r as e}from"./tick-B9G3z07P.js";import{Nn as t}from"./first-CePe1N0H.js";var n=t();function r({label:t,value:r,options:i,pick:a}){return(0,n.jsx)(`div`,{className:e.pick,role:`group`,"aria-label":t,children:i.map(e=>(0,n.jsx)(`button`,{type:`button`,"aria-pressed":e.value===r,onClick:()=>a(e.value),children:e.label},e.value))})}export{r as t};
========
import{r as e}from"./tick-Cg1T5gxS.js";import{Pn as t}from"./first-Cug4cGXm.js";var n=t();function r({label:t,value:r,options:i,pick:a}){return(0,n.jsx)(`div`,{className:e.pick,role:`group`,"aria-label":t,children:i.map(e=>(0,n.jsx)(`button`,{type:`button`,"aria-pressed":e.value===r,onClick:()=>a(e.value),children:e.label},e.value))})}export{r as t};
>>>>>>>> b689db89 (The bundles and the generated pages follow):panel/dist/assets/pick-DK-FvS7d.js
