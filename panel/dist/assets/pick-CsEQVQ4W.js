<<<<<<<< HEAD:panel/dist/assets/pick-CsEQVQ4W.js
import{r as e}from"./tick-BwuxAWEv.js";import{yn as t}from"./first-C_9uqtid.js";var n=t();function r({label:t,value:r,options:i,pick:a}){return(0,n.jsx)(`div`,{className:e.pick,role:`group`,"aria-label":t,children:i.map(e=>(0,n.jsx)(`button`,{type:`button`,"aria-pressed":e.value===r,onClick:()=>a(e.value),children:e.label},e.value))})}export{r as t};
========
import{r as e}from"./tick-Yiu6sgmY.js";import{xn as t}from"./first-DQ8IiHbp.js";var n=t();function r({label:t,value:r,options:i,pick:a}){return(0,n.jsx)(`div`,{className:e.pick,role:`group`,"aria-label":t,children:i.map(e=>(0,n.jsx)(`button`,{type:`button`,"aria-pressed":e.value===r,onClick:()=>a(e.value),children:e.label},e.value))})}export{r as t};
>>>>>>>> 8be15a6 (The bundles and the generated pages follow):panel/dist/assets/pick-KG5e3Enr.js
