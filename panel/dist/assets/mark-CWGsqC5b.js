<<<<<<<< HEAD:panel/dist/assets/mark-BFmRI9eW.js
import{J as e,Nn as t}from"./first-CePe1N0H.js";import{t as n}from"./companies.module-CfIZkXfF.js";var r=t();function i({small:t=!1}){return(0,r.jsx)(`span`,{className:n.mark,"data-small":t||void 0,"aria-hidden":`true`,children:(0,r.jsx)(e,{size:t?14:20})})}export{i as t};
========
import{J as e,Pn as t}from"./first-Cug4cGXm.js";import{t as n}from"./companies.module-CfIZkXfF.js";var r=t();function i({small:t=!1}){return(0,r.jsx)(`span`,{className:n.mark,"data-small":t||void 0,"aria-hidden":`true`,children:(0,r.jsx)(e,{size:t?14:20})})}export{i as t};
>>>>>>>> b689db89 (The bundles and the generated pages follow):panel/dist/assets/mark-CWGsqC5b.js
