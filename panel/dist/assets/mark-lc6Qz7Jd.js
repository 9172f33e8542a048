<<<<<<<< HEAD:panel/dist/assets/mark-BXS9zg5H.js
import{Nn as e,Y as t}from"./first-CePe1N0H.js";import{t as n}from"./companies.module-CfIZkXfF.js";var r=e();function i({small:e=!1}){return(0,r.jsx)(`span`,{className:n.mark,"data-small":e||void 0,"aria-hidden":`true`,children:(0,r.jsx)(t,{size:e?14:20})})}export{i as t};
========
import{Pn as e,Y as t}from"./first-Cug4cGXm.js";import{t as n}from"./companies.module-CfIZkXfF.js";var r=e();function i({small:e=!1}){return(0,r.jsx)(`span`,{className:n.mark,"data-small":e||void 0,"aria-hidden":`true`,children:(0,r.jsx)(t,{size:e?14:20})})}export{i as t};
>>>>>>>> b689db89 (The bundles and the generated pages follow):panel/dist/assets/mark-lc6Qz7Jd.js
