<<<<<<<< HEAD:panel/dist/assets/mark-Bmw1qEIA.js
import{Q as e,yn as t}from"./first-C_9uqtid.js";import{t as n}from"./companies.module-CfIZkXfF.js";var r=t();function i({small:t=!1}){return(0,r.jsx)(`span`,{className:n.mark,"data-small":t||void 0,"aria-hidden":`true`,children:(0,r.jsx)(e,{size:t?14:20})})}export{i as t};
========
import{$ as e,xn as t}from"./first-DQ8IiHbp.js";import{t as n}from"./companies.module-CfIZkXfF.js";var r=t();function i({small:t=!1}){return(0,r.jsx)(`span`,{className:n.mark,"data-small":t||void 0,"aria-hidden":`true`,children:(0,r.jsx)(e,{size:t?14:20})})}export{i as t};
>>>>>>>> 8be15a6 (The bundles and the generated pages follow):panel/dist/assets/mark-BtrLnAtj.js
