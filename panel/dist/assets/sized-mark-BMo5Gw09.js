<<<<<<<< HEAD:panel/dist/assets/sized-mark-CplQ5_7a.js
import{Nn as e,gt as t}from"./first-CePe1N0H.js";import{t as n}from"./size-choice.module-BqQTAoTX.js";var r=e();function i({size:e,buttons:i}){let{t:a}=t();return(0,r.jsxs)(`div`,{className:n.mark,children:[e&&e!==`full`&&(0,r.jsx)(`span`,{children:a(`size.${e}`)}),i?.map(({label:e,url:t,reply:n},i)=>(0,r.jsx)(`i`,{title:t||n,children:e},i))]})}export{i as default};
========
import{Pn as e,_t as t}from"./first-Cug4cGXm.js";import{t as n}from"./size-choice.module-BqQTAoTX.js";var r=e();function i({size:e,buttons:i}){let{t:a}=t();return(0,r.jsxs)(`div`,{className:n.mark,children:[e&&e!==`full`&&(0,r.jsx)(`span`,{children:a(`size.${e}`)}),i?.map(({label:e,url:t,reply:n},i)=>(0,r.jsx)(`i`,{title:t||n,children:e},i))]})}export{i as default};
>>>>>>>> b689db89 (The bundles and the generated pages follow):panel/dist/assets/sized-mark-BMo5Gw09.js
