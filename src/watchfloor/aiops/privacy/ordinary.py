"""Words that are names as well, and mean something else as often as not.

They were found by holding a census of surnames against the words that operators' texts, our own
pages and maps are full of. Each one here is a name that stands readable when it stands alone.
"""

from __future__ import annotations

from watchfloor.aiops.privacy.words import set_of

ORDINARY = set_of(
    """
    acres agent alert america angle april arch area arena arms army arrow august austin back ball
    bank banks banner barn barrier base bass bath battle beach beam bean bear beck began begin
    bell bells belt bench berlin best bird birmingham bishop black blank blaze block blow blue
    board body bolt bond bone book booth border boss boston bound bounds bowl bowling brand breach
    bridge bridges bright bristol broad broadway brook brooks brown brush buck buddy bull burn
    burns bush button cable cage cairo call caller camera camp canada canal cancel canon card care
    carrier case cash castle cave chain chamber chambers chance chancellor channel chapel chase
    check chester chime christmas church city clay clear cleveland click client cliff clock close
    cloud coach coast code college comes common console cook cool copper core corner cotton
    council counts court cove cover crane creek crew cross crow crown current curry cutting dale
    dallas dark dash dates dawn days deal dean deck deed deep deer delay denver distance dock
    doctor dome done door dove dover down drain driver drop drum dublin duck duke durham earl
    early east easter ends england english enter europe even every fair faith fall falls farm
    farmer fast faster fern ferry field fields figures file files fill filter finch fine fire
    first fish fisher flash fleet flood floor flower flowers folk force ford forest fort forward
    found fountain frame frames france free freeze friday friend friends from frost fuller gale
    garden gate gates germany given glasgow glass glen goes gold golden gone good grace grange
    grass grave graves gray green grey ground grove grow guard guest hack hail hale half hall hand
    hands hang harbor harbour hard harder hardy hatch haven hawk head heard heart heath hedge held
    high hill hills holder holding hole holiday holland home hood hook hope horn host house
    houston hull hunt hunter hurt ireland iron island january judge jump june just keen keep kent
    keys kind kinds king kitchen knight lady lake lakes lamb lamp lancaster land lands lane lanes
    large lark last late lawn lawyer leader leaf leak leeds left level life light lights like
    lincoln line lines link links lion list little lock lodge london long longest look love lower
    luck madison madrid mail main mains major manchester manor march marina marine mark market
    marks marsh marshal marshall mask mason master masters mead meadow meadows mean median
    melbourne mercy metro milan mile miles mill mills minor minus miss moat model monday money
    moon moor more morning moss most mount mountain much narrow night noble noon north northern
    norway notice number nurse oaks ocean offer older olive orange orchard other over oxford pace
    pack page pages palm paris park part pass patch peace peak pearl peel people person persons
    petty pike pillar pine pink place plain plan plant plaza plum point poland pole police pond
    pool pope port porter post pound power powers press preston price pride priest prince prior
    profit province purple quarry queen quick quiet race rail rain range rank read reader ready
    real reason record records reed reef register rice rich rider ridge right ring rise river
    rivers roads rock roles roll rome roof rook room root rose round rounds royal rule rush safe
    sage said sale sales salt sample sand sands save school score scotland seal search second
    section seen sees self sell server service session sessions shade shape share sharp sheets
    shell shine ship shore short show shown shows shutter sick side silence silver sink sites slim
    small smart smoke snow south southern space spain spare speed spring springs square stack
    staff stage stair stamp standard standing stands star start state states station stay steel
    step still stock stocks stone stones store storm story straight strain strange stream street
    streets strong struck stuck summer sunday swan sweet swift swing sydney tank temple terrace
    test times tone tower towers town towns trail train trees true urban usher vale valley venice
    vent vice view villa vine wait waits wake wales walk walker wall walls ward warden warm warner
    wash washington water waters wear weather weeks weight well wells west western while white
    wide wild will wind windsor wing wings winner winter wire wise wolf wood wooden woods word
    work works worth yard yellow york young zone
    """
)
