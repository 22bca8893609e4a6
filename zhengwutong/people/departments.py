"""What an installation begins with: sixteen departments, the examination authority, the portal's desk, places outside.

Seed data, entered once by `seed` and from then on an administrator's. Remits are written to route questions by.
"""

from __future__ import annotations

from typing import NamedTuple


class Department(NamedTuple):
    key: str
    tile: str
    short_name: str
    name: str
    english_short: str
    english: str
    remit: str
    english_remit: str
    phone: str = ""


DEPARTMENTS = [
    Department(
        "drc", "发", "省发改委", "浙江省发展和改革委员会",
        "Development and Reform", "Zhejiang Provincial Development and Reform Commission",
        "负责国民经济和社会发展规划、重大建设项目的审批核准备案、投资和价格管理。"
        "水、电、气、教育、医疗等收费标准和价格投诉的政策问题可以在这里咨询。"
        "节能审查、以工代赈和区域协调发展也由本单位负责。",
        "Plans economic and social development, approves and registers major construction and investment projects, "
        "and sets prices. Ask here about the rates charged for water, power, gas, schools and hospitals. Also "
        "responsible for energy-saving review and regional development.",
    ),
    Department(
        "etc", "经", "省经贸委", "浙江省经济贸易委员会",
        "Economy and Trade", "Zhejiang Provincial Economic and Trade Commission",
        "负责工业运行、企业技术改造、中小企业扶持和商贸流通。"
        "企业申请技改补助、融资担保政策、成品油和典当等流通行业管理，以及电力调度和煤炭供应问题，可以在这里咨询。",
        "Looks after industry, technical renovation of enterprises, support for small firms, and domestic trade. Ask "
        "here about subsidies and loan guarantees for enterprises, the fuel and pawn trades, and power and coal "
        "supply.",
    ),
    Department(
        "education", "教", "省教育厅", "浙江省教育厅",
        "Education", "Zhejiang Provincial Department of Education",
        "负责学前教育、中小学、职业教育和高等学校的管理。"
        "入学转学、学籍、收费、教师资格、助学贷款和学历证书问题可以在这里咨询。"
        "高考、自学考试等报名和成绩请直接问下设的省教育考试院。",
        "Responsible for kindergartens, schools, vocational and higher education. Ask here about admission, changing "
        "schools, fees, teacher qualifications, student loans and diplomas. For entrance and self-study examinations "
        "ask the Education Examinations Authority below it.",
    ),
    Department(
        "security", "公", "省公安厅", "浙江省公安厅",
        "Public Security", "Zhejiang Provincial Department of Public Security",
        "负责户籍、居民身份证、出入境证件、治安和道路交通管理。"
        "落户、户口迁移、身份证补办、护照和港澳通行证、驾驶证和车辆登记、养犬管理等问题可以在这里咨询。"
        "正在发生的危险请立即拨打 110。",
        "Responsible for household registration, identity cards, passports and travel permits, public order and road "
        "traffic. Ask here about moving your registration, lost cards, exit permits, driving licences and vehicle "
        "registration. In danger call 110 at once.",
    ),
    Department(
        "civil", "民", "省民政厅", "浙江省民政厅",
        "Civil Affairs", "Zhejiang Provincial Department of Civil Affairs",
        "负责社会救助、婚姻登记、收养、殡葬、社会组织登记和基层自治。"
        "最低生活保障、临时救助、结婚离婚登记、养老服务补贴、残疾人两项补贴、地名和村（居）委会选举问题可以在这里咨询。",
        "Responsible for social assistance, marriage registration, adoption, funerals, registration of associations "
        "and village and neighbourhood self-government. Ask here about minimum living allowances, emergency aid, care "
        "for the elderly, allowances for the disabled, and place names.",
    ),
    Department(
        "personnel", "人", "省人事厅", "浙江省人事厅",
        "Personnel", "Zhejiang Provincial Department of Personnel",
        "负责公务员和事业单位人员的考试录用、职称评审、人才引进和工资福利。"
        "公务员招考、专业技术资格考试、职称申报、人事档案、高校毕业生就业派遣和军队转业干部安置问题可以在这里咨询。",
        "Responsible for recruiting civil servants and staff of public institutions, professional titles, attracting "
        "talent, and their pay. Ask here about civil service examinations, professional qualifications, personnel "
        "files, placement of graduates and of officers leaving the army.",
    ),
    Department(
        "labour", "劳", "省劳动保障厅", "浙江省劳动和社会保障厅",
        "Labour and Social Security", "Zhejiang Provincial Department of Labour and Social Security",
        "负责劳动关系、就业和社会保险。"
        "养老、医疗、失业、工伤、生育保险的参保和待遇，社保转移，劳动合同、工资拖欠、加班、劳动仲裁和职业技能鉴定问题可以在这里咨询。",
        "Responsible for employment, labour relations and social insurance. Ask here about joining, transferring and "
        "drawing pension, medical, unemployment, injury and maternity insurance, about labour contracts, unpaid "
        "wages, overtime, arbitration and skill certificates.",
    ),
    Department(
        "land", "国", "省国土资源厅", "浙江省国土资源厅",
        "Land and Resources", "Zhejiang Provincial Department of Land and Resources",
        "负责土地、矿产、测绘和地质灾害防治的管理。"
        "征地补偿、宅基地审批、土地使用权登记、耕地保护、采矿许可和违法占地举报问题可以在这里咨询。",
        "Responsible for land, minerals, surveying and protection against landslides. Ask here about compensation for "
        "requisitioned land, homestead plots, registration of land rights, protection of farmland, mining licences "
        "and illegal use of land.",
    ),
    Department(
        "construction", "建", "省建设厅", "浙江省建设厅",
        "Construction", "Zhejiang Provincial Department of Construction",
        "负责城乡规划、住房保障、房地产市场、建筑业和市政公用事业。"
        "经济适用房和廉租房、房屋买卖和登记、拆迁、物业管理、住房公积金、建筑质量和建造师执业注册问题可以在这里咨询。",
        "Responsible for town and country planning, housing, the property market, the building trade and public "
        "works. Ask here about affordable housing, buying and registering a home, demolition, property management, "
        "the housing fund, quality of buildings and registration of builders.",
    ),
    Department(
        "transport", "交", "省交通厅", "浙江省交通厅",
        "Transport", "Zhejiang Provincial Department of Transport",
        "负责公路、水路建设养护和道路、水上运输管理。"
        "高速公路收费、客运和货运许可、出租车和驾驶培训、公路养路费、船舶检验和航道问题可以在这里咨询。",
        "Builds and keeps roads and waterways and supervises transport on both. Ask here about motorway tolls, "
        "licences for carrying passengers and goods, taxis, driving schools, road maintenance fees, ship inspection "
        "and waterways.",
    ),
    Department(
        "agriculture", "农", "省农业厅", "浙江省农业厅",
        "Agriculture", "Zhejiang Provincial Department of Agriculture",
        "负责种植业、畜牧业、农业机械和农村经营管理。"
        "种粮和农机补贴、土地承包、农药兽药种子质量、动物疫病防治、农产品质量和农民专业合作社问题可以在这里咨询。",
        "Responsible for crops, livestock, farm machinery and rural management. Ask here about subsidies for grain "
        "and machinery, contracted land, pesticides, veterinary drugs and seeds, animal diseases, quality of farm "
        "produce and farmers' cooperatives.",
    ),
    Department(
        "health", "卫", "省卫生厅", "浙江省卫生厅",
        "Health", "Zhejiang Provincial Department of Health",
        "负责医疗服务、疾病预防、妇幼保健、公共卫生和执业医师管理。"
        "医院投诉和医疗纠纷、疫苗接种、新型农村合作医疗、医师护士执业资格、餐饮和公共场所卫生许可问题可以在这里咨询。"
        "急救请拨打 120。",
        "Responsible for medical care, prevention of disease, mothers and children, public hygiene and licensing of "
        "doctors. Ask here about complaints against hospitals, vaccination, rural cooperative medical care, licences "
        "of doctors and nurses, and hygiene permits. In an emergency call 120.",
    ),
    Department(
        "population", "计", "省人口计生委", "浙江省人口和计划生育委员会",
        "Population and Family Planning", "Zhejiang Provincial Population and Family Planning Commission",
        "负责人口和生育政策、生育登记、计划生育服务和奖励扶助。"
        "生育登记和再生育审批、流动人口婚育证明、独生子女奖励、社会抚养费和计划生育手术服务问题可以在这里咨询。",
        "Responsible for population and birth policy, birth registration and family planning services. Ask here about "
        "registering a birth or a further child, certificates for people living away from home, rewards for families "
        "with one child, and family planning care.",
        "87052425",
    ),
    Department(
        "tax", "税", "省地税局", "浙江省地方税务局",
        "Local Taxation", "Zhejiang Provincial Local Taxation Bureau",
        "负责地方税收和部分规费的征收管理。"
        "个人所得税、营业税、房产税、城镇土地使用税、契税、发票领用和真伪查询、税务登记和减免优惠问题可以在这里咨询。",
        "Collects local taxes and some fees. Ask here about personal income tax, business tax, taxes on houses and "
        "land, deed tax, obtaining and checking invoices, tax registration and reliefs.",
    ),
    Department(
        "environment", "环", "省环保局", "浙江省环境保护局",
        "Environmental Protection", "Zhejiang Provincial Environmental Protection Bureau",
        "负责污染防治、建设项目环境影响评价、排污许可和环境监测。"
        "污水、废气、噪声、固体废物和辐射污染的举报，环评审批，排污费和饮用水源保护问题可以在这里咨询。",
        "Prevents pollution, reviews the environmental impact of projects, licenses discharges and monitors the "
        "environment. Ask here about waste water, fumes, noise, solid waste and radiation, about impact approvals, "
        "discharge fees and sources of drinking water.",
    ),
    Department(
        "commerce", "商", "省工商局", "浙江省工商行政管理局",
        "Industry and Commerce", "Zhejiang Provincial Administration for Industry and Commerce",
        "负责企业和个体工商户登记、市场监督、商标广告和消费者权益保护。"
        "营业执照办理和变更、企业名称核准、年检、假冒伪劣和虚假广告举报、合同欺诈和消费纠纷问题可以在这里咨询。",
        "Registers companies and traders, supervises markets, trade marks and advertising, and protects consumers. "
        "Ask here about business licences, company names, annual inspection, counterfeit goods, false advertising, "
        "contract fraud and consumer disputes.",
    ),
]  # fmt: skip

EXAMINATIONS = Department(
    "exam", "考", "省教育考试院", "浙江省教育考试院",
    "Education Examinations Authority", "Zhejiang Education Examinations Authority",
    "承担普通高考、成人高考、研究生考试、自学考试和社会证书考试的组织工作。"
    "报名条件、准考证、志愿填报、录取批次、成绩查询和复核、考籍和毕业申请问题可以在这里咨询。"
    "招生期间安排专人值班。",
    "Holds the university entrance, adult, postgraduate, self-study and certificate examinations. Ask here about "
    "who may enter, admission cards, choosing universities, admission rounds, results and their review, and "
    "graduation by self-study. More officers are on duty in the admission season.",
)  # fmt: skip

GENERAL_DESK = Department(
    "general", "门", "门户咨询台", "浙江省政府门户网站咨询台",
    "Portal Desk", "Zhejiang Government Portal Desk",
    "不知道该问哪个部门，或者事情牵涉几个部门，可以先在这里咨询。"
    "值班员会告诉您由谁负责，或者替您转到负责的部门。对本网站和政务通使用上的问题也在这里解答。",
    "Ask here when you do not know which department is responsible or when several are. The duty officer tells "
    "you who is, or hands your question over. Questions about using this site are answered here too.",
)  # fmt: skip


class Place(NamedTuple):
    group: str
    name: str
    phone: str = ""
    hours: str = ""


ALL_DAY = "每天 24 小时"
OFFICE_TIME = "工作日 08:30–12:00，14:00–17:30"

PLACES = [
    Place("紧急", "报警服务台", "110", ALL_DAY),
    Place("紧急", "消防救援", "119", ALL_DAY),
    Place("紧急", "医疗急救", "120", ALL_DAY),
    Place("政府热线", "12345 政务服务便民热线", "12345", ALL_DAY),
    Place("政府热线", "所在市人民政府", "12345", ALL_DAY),
    Place("政府热线", "所在县（市、区）人民政府", "12345", ALL_DAY),
    Place("政府热线", "所在乡镇人民政府、街道办事处", "", OFFICE_TIME),
    Place("人大政协", "省人民代表大会常务委员会", "", OFFICE_TIME),
    Place("人大政协", "省政协", "", OFFICE_TIME),
    Place("司法机关", "人民法院诉讼服务", "12368", OFFICE_TIME),
    Place("司法机关", "人民检察院检察服务", "12309", OFFICE_TIME),
    Place("司法机关", "公共法律服务（法律援助、公证、仲裁咨询）", "12348", ALL_DAY),
    Place("监督", "纪检监察机关举报", "12388", OFFICE_TIME),
    Place("监督", "组织部门举报", "12380", OFFICE_TIME),
    Place("军队", "省军区和驻浙部队", "", OFFICE_TIME),
    Place("军队", "当地人民武装部（征兵、民兵）", "", OFFICE_TIME),
    Place("垂直管理单位", "税务服务", "12366", OFFICE_TIME),
    Place("垂直管理单位", "海关服务", "12360", ALL_DAY),
    Place("垂直管理单位", "邮政业用户申诉", "12305", OFFICE_TIME),
    Place("公用事业", "供电服务", "95598", ALL_DAY),
    Place("公用事业", "铁路客户服务", "12306", ALL_DAY),
    Place("公用事业", "当地自来水、燃气、公交企业", "", OFFICE_TIME),
]
