# %% [markdown]
# # Laboratuvar: Süren koşuyu yönlendirin
#
# Şimdiye kadar ayarları seçtiniz, çalıştırdınız ve çıkan sonuca baktınız.
# Burada koşu gözünüzün önünde sürer ve **her sürgü bir sonraki adımda etkili
# olur**: Gürültü terimini *şimdi* büyütün, bir stil katmanını *şimdi* kapatın;
# görüntünün ve üç kaybın buna ne diyeceğini izleyin.
#
# Laboratuvar, kitabın kendi adımlarını atar: `train`, bir değişiklikten
# ötekine kadar çalıştırılır. Ağ olarak paketle gelen ve VGG-19'u taklit eden
# *öğrenci* kullanılır; ne ağırlık dosyasına ne de internete gerek vardır.
#
# In English: [../05_lab.ipynb](../05_lab.ipynb)
#
# Aşağıdaki hücre, deneylerin ne kadar süreceğini belirler: bu hâliyle, iki
# çekirdekli bir bilgisayarda hepsi birden bir ila dört dakika.

# %% tags=["parameters"]
image_shape = (150, 100)  # genişlik, yükseklik (piksel); kitapta (450, 300)
num_epochs = 60  # her deneyin adım sayısı
weights = 'student'  # None: gerçek ağırlıkları bulur

# %%
# %matplotlib inline
from gluon_style.lessons.lab.page import open_page
from gluon_style.lessons.lab.trials import (
    Bank,
    course_figure,
    losses_table,
    pictures_figure,
    pulls_figure,
    trials_table,
)
from gluon_style.lessons.lab.words import words_of

words = words_of('turkish')

# %% [markdown]
# ## Sayfa
#
# Bir sonraki hücreyi JupyterLab'de (`make jupyter`) çalıştırıp *Başlat*
# düğmesine basın. Aynı sayfa, `make lab` ya da `gluon-style lab` ile
# tarayıcıda da açılır.
#
# * **Yönlendirin**: Üç kaybın ağırlıkları, öğrenme oranı, stil katmanları ve
#   piksellerin bir dosyanın tutabileceği aralıkta kalıp kalmayacağı.
# * **Bunu sakla**, görüntüyü ayarlarıyla birlikte alttaki şeride koyar; orada
#   karşılaştırabilir, ona dönebilir ya da onu kaydedebilirsiniz.
# * **Eğriler** ağırlıklı kayıplardır; bir şeyi değiştirdiğiniz yerde bir
#   işaret durur. **Çubuklar**, hangi terimin pikselleri ne kadar güçlü
#   çektiğini söyler.
# * Öğrenme oranı, koyduğunuz yerde kalır. Kitap onu her 50 adımda beşte bir
#   azaltır; burada bu iş sizin.

# %%
open_page(language='turkish')

# %% [markdown]
# ## Beş deney
#
# Her deney üç bölümdür. **Tahmin edin**: Beklentinizi hücreye, üç noktanın
# yerine yazın. Sayfada **deneyin**. Sonra sayfada *Duraklat*a basıp hücreleri
# çalıştırın; gördüğünüz yazdığınızdan nerede ayrılıyor? Yanıtımızı açmadan
# önce bunu **açıklayın**. (Duraklatın, çünkü sayfa ile hücre işlemciyi
# paylaşır; hücre hesap yaparken sayfa sizi duymayabilir de.)
#
# Hücreler aynı deneyi sayfa olmadan yapar: 150x100 boyutunda görüntüler, 60
# adım; ayarların çoğu ilk adımdan önce değişir. Yanıtlardaki sayılar, bu
# hücrelerin olduğu gibi verdikleridir; başka bir işlemcide biraz kayarlar.
# Sayfada da bu boyutu görmek için *Genişlik (piksel)* olarak 150'yi seçin.
# Sayfadaki sayılar yine de başka çıkar: Siz bir ayarı başka bir adımda
# değiştirirsiniz.
#
# İlk deneme hiçbir şeyi değiştirmez; ötekiler onunla karşılaştırılacak:
# kitabın ağırlıkları (1, 1000, 10), beş stil katmanının hepsi ve 0,9 oranıyla
# Adam. Çizelge her görüntüyü bir dosyanın tutacağı hâliyle ve hangi ayarlarla
# yapılmış olursa olsun tek bir kuralla ölçer: kitabın ağırlıklarıyla kitabın
# kayıpları. *En ince yapı*, görüntünün gücünün dört pikselden ince ayrıntılara
# düşen payıdır; beyaz gürültüde %80 kadardır.

# %%
bank = Bank(
    'sample:mountain-lake', 'sample:autumn-avenue', image_shape, weights
)
third, middle = num_epochs // 3, num_epochs // 2  # 20 ve 30
unchanged = bank.run(num_epochs, {})
print(trials_table({'değişmemiş': unchanged}, words))

# %% [markdown]
# ### 1. Gürültüye karşı fırça darbeleri
#
# **Tahmin edin.** Toplam varyasyon kaybı (TV), komşu pikseller arasındaki
# farkları cezalandırır. Ağırlığını önce 0, sonra 100 yapın: Kumlanmaya ne
# olur, fırça darbelerine ne olur? Stil kaybı bundan zarar görür mü?
#
# **Deneyin.** Başlatın, 30 adım bekleyip saklayın; *TV ağırlığı*nı 100 yapın,
# bekleyip yine saklayın; sonra 0 yapın.

# %% alt="Yan yana üç göl görüntüsü: TV ağırlığı 0 iken yüzey renkli beneklerle dolu, 10 iken benekler biraz daha az, 100 iken darbeler yumuşak ve benekler yok."
my_guess = '100 olunca kumlanma ..., darbeler ...'  # sıra sizde

noise = {
    'TV ağırlığı 0': bank.run(num_epochs, {0: {'tv_weight': 0}}),
    'TV ağırlığı 10': unchanged,
    'TV ağırlığı 100': bank.run(num_epochs, {0: {'tv_weight': 100}}),
}
pictures_figure(noise)

# %%
print(trials_table(noise, words))
print('\nkoşunun bildirdiği stil kaybı:')
print(losses_table(noise, [num_epochs], words, 'style'))

# %% [markdown]
# Gördüğünüzü **açıklayın**, sonra yanıtı açın.
#
# <details><summary>Yanıtımız</summary>
#
# Kumlanma gider, fırça darbeleri kalır, yalnızca yumuşar: En ince yapının payı
# %27,4'ten %16'ya düşer. Tabloda kumlanmayı isteyen bir şey yoktur. Onu
# Adam'ın ilk adımları bırakır: Bu adımlar neredeyse her pikseli, nereye
# gitmesi gerekirse gereksin, oranın tamamı kadar, 0,9 kadar kaydırır.
#
# Stil kaybı pek zarar görmez. Koşuların bildirdiği 1,83, 2,03 ve 1,57 bir
# eğilim göstermiyor. Dosyalarda ise kayıp azalır bile, 3,24'ten 1,64'e iner;
# çünkü bir dosya, aralık dışındaki pikselleri tutamaz: Kumlanma piksellerin
# %19,8'ini dışarı atar, ağırlık 100 iken bu pay %11'dir. Kırpılıp giden şey,
# tutturulmuş olan stilin bir parçasıydı.
#
# </details>

# %% [markdown]
# ### 2. İçeriğe karşı stil
#
# **Tahmin edin.** İçerik ağırlığı 0,1 ya da 20: Hangi görüntünün stil kaybı
# daha küçüktür? Kırmızı kulübeyi ikisinde de bulabilir misiniz?
#
# **Deneyin.** Koşu sürerken *İçerik ağırlığı*nı 0,1 yapın. Göl dağılınca 20
# yapın. Göl geri gelir mi?

# %% alt="Dört görüntü: içerik ağırlığı 0,1 iken göl turuncu ve mavi darbelere dağılıyor, kulübe turuncu bir leke; 1 iken ikisi de seçiliyor; 20 iken kulübe, ağaçlar ve sırt renkli beneklerin altında keskin; önce 0,1, yarıdan sonra 20 iken hepsi daha da çok beneğin altında geri gelmiş."
my_guess = 'stil kaybı daha küçük olan ...'  # sıra sizde

balance = {
    'içerik ağırlığı 0,1': bank.run(num_epochs, {0: {'content_weight': 0.1}}),
    'içerik ağırlığı 1': unchanged,
    'içerik ağırlığı 20': bank.run(num_epochs, {0: {'content_weight': 20}}),
    '0,1, yarıdan sonra 20': bank.run(
        num_epochs,
        {0: {'content_weight': 0.1}, middle: {'content_weight': 20}},
    ),
}
pictures_figure(balance, columns=2)

# %%
print(trials_table(balance, words))

# %% [markdown]
# Gördüğünüzü **açıklayın**, sonra yanıtı açın.
#
# <details><summary>Yanıtımız</summary>
#
# 0,1 iken stil kaybı daha küçüktür, 15,1'e karşı 1,64; kulübe de turuncu bir
# lekedir. 20 iken kulübe kulübedir: İçerik kaybı 92,8 değil, 17,2'dir.
# Kayıplardan biri ancak ötekinin pahasına küçülür; ikisini birden en küçük
# yapan bir ağırlık yoktur. Fotoğrafla tablo arasındaki yolda bir nokta
# seçersiniz; kayıp bu seçimi sizin yerinize yapamaz.
#
# Göl geri gelir. Fotoğraf hiç yitmemişti: Öznitelikleri sabittir, içerik kaybı
# görüntüyü hep onlara doğru çeker. 30 adım sonra içerik kaybı 28'e inmiştir.
#
# 20 iken benekler çoğalır, en ince yapının payı %32,6'dır; oysa TV ağırlığı
# hâlâ 10'dur. Ağırlıkların yalnızca birbirine oranı önemlidir: 20'lik bir
# içerik ağırlığının yanında 10'luk bir TV ağırlığı az gelir.
#
# </details>

# %% [markdown]
# ### 3. Her seferinde tek bir stil katmanı
#
# **Tahmin edin.** Yalnızca `conv1_1`'i, sonra yalnızca `conv5_1`'i açık
# bırakın. Tablonun renklerini hangisi bilir, fırça darbelerini hangisi?
#
# **Deneyin.** Katmanları sondan başa doğru birer birer kapatın ve çubuklara
# bakın: Kapattığınızın yerine kim çekiyor?

# %% alt="Dört görüntü: beş katmanın hepsiyle gölün turuncu ve mavi bir tablosu; yalnızca conv1_1 ile mavi göğün altında kırmızı bir dağ, fırça darbeleri yok; yalnızca conv5_1 ile siyah, beyaz ve yeşil, göz yoran kıvrımlar; conv5_1 olmadan, neredeyse ilk görüntü, ama kulübe ve ağaçlar daha belirgin."
my_guess = 'renkler: ..., darbeler: ...'  # sıra sizde

layers = {
    'beşi de': unchanged,
    'yalnızca conv1_1': bank.run(
        num_epochs, {0: {'style_layers': ('conv1_1',)}}
    ),
    'yalnızca conv5_1': bank.run(
        num_epochs, {0: {'style_layers': ('conv5_1',)}}
    ),
    'conv5_1 olmadan': bank.run(
        num_epochs,
        {0: {'style_layers': ('conv1_1', 'conv2_1', 'conv3_1', 'conv4_1')}},
    ),
}
pictures_figure(layers, columns=2)

# %%
print(trials_table(layers, words))

# %% alt="Çubuklar: değişmemiş denemenin sonunda her terimin gradyanlardaki payı; en uzunları içerik katmanı conv4_4 ile stil katmanı conv5_1."
pulls_figure(layers['beşi de'], words)

# %% alt="conv5_1 olmadan yapılan denemenin çubukları: İçerik katmanı conv4_4'ün payı dörtte üçe yakın, hiçbir stil katmanınınki dokuzda birden çok değil."
pulls_figure(layers['conv5_1 olmadan'], words)

# %% [markdown]
# Gördüğünüzü **açıklayın**, sonra yanıtı açın.
#
# <details><summary>Yanıtımız</summary>
#
# `conv1_1` renkleri bilir, fırça darbelerini bilmez: Bir değeri 3 x 3 piksel
# görür, oraya darbe sığmaz. Renklerin hepsi de doğru değildir, örneğin mavi
# gök: Bütün özniteliklerin işareti birlikte değişirse Gram matrisi aynı kalır.
#
# `conv5_1` fırça darbelerini bilir, hem de sert darbeleri, ama renkleri
# bilmez. Bir değeri 156 x 156 piksele bağlıdır, bu görüntü o kadar büyük
# değildir; anlattığı da neyin neyin yanında durduğudur, hangi renkte olduğu
# değil. Tek başına kalınca piksellerin %43,8'ini aralıktan çıkarır; beş
# katmanın hepsiyle ölçülen stil kaybı 308 olur.
#
# Beşi bir aradayken stil katmanları içinde en güçlü çeken odur: Gradyanların
# normlarının toplamında payı %31,2'dir. (Ayrı yönlere çekenler birbirini bir
# ölçüde götürür; çubuklar bunu göstermez.) Onu kapatın, yerini içerik alır:
# %46,9'dan %72,4'e çıkar, çünkü ötekilerin en güçlüsü gitmiştir. İçerik
# kaybından da bellidir: 37,4 yerine 17,4.
#
# </details>

# %% [markdown]
# ### 4. Aralığın dışına çıkmak
#
# **Tahmin edin.** Birkaç adım sonra piksellerin önemli bir bölümü siyahtan
# daha koyu ya da beyazdan daha parlaktır. Koşunun ortasında *Aralıkta tut*
# kutusunu işaretleyin: Kayıp o anda ne yapar, sonunda nereye varır?
#
# **Deneyin.** Görüntünün altındaki *aralık dışı pikseller* payını izleyin ve
# kutuyu işaretleyin. Sonra *aralıkta: Adam, 0,05* ön ayarıyla yeni bir koşu
# başlatın.

# %% alt="Üç görüntü: değişmemiş olanda neon benekler var; ortadan sonra aralıkta tutulanın renkleri daha sakin; 0,05 oranıyla aralıkta tutulan, boyanmış gökyüzüyle berrak bir göl."
my_guess = 'kayıp o anda ..., sonunda ...'  # sıra sizde

ranges = {
    'değişmemiş': unchanged,
    'yarıdan sonra aralıkta': bank.run(
        num_epochs, {middle: {'in_range': True}}
    ),
    'aralıkta, oran 0,05': bank.run(
        num_epochs, {0: {'in_range': True, 'lr': 0.05}}
    ),
}
pictures_figure(ranges)

# %% alt="Logaritmik eksende adımlara göre kayıpların eğrileri; piksellerin aralıkta tutulmaya başladığı yerde noktalı bir işaret var, toplam orada biraz sıçrıyor, sonra önceki gibi dalgalanarak iniyor."
course_figure(ranges['yarıdan sonra aralıkta'], words)

# %%
print('koşunun bildirdiği toplam:')
print(losses_table(ranges, [middle + 1, middle + 2, num_epochs], words))
print('\ndosyaların tutacağı görüntüler:')
print(trials_table(ranges, words))

# %% [markdown]
# Gördüğünüzü **açıklayın**, sonra yanıtı açın. Bir adım, başladığı görüntünün
# kaybını bildirir: 31. adımdan sonra kırpılanınki 32. adımda görünür.
#
# <details><summary>Yanıtımız</summary>
#
# Kırpmanın bedeli hemen ödenir: 32. adımda toplam 68,1'dir, hiç dokunulmayan
# koşuda 55. Bir iki adımda bu açık kapanır; toplam artık genel olarak kutunun
# işaretsiz olduğu koşudakinden yüksek değildir. (Sondaki 58'e karşı 50,7 pek
# bir şey söylemez: Bu oranda toplamlar on kadar dalgalanır.)
#
# Kazanç dosyadadır. Kaydedilen görüntü artık eniyilenen görüntünün ta
# kendisidir; içerik kaybı 28,3, stil kaybı 1,69'dur. Değişmemiş olanın
# piksellerinin %13,6'sı kaydedilirken kırpılır ve bunu artık kimse düzeltmez:
# 37,4 ve 2,67.
#
# 0,05 oranı aralığa uygundur. Toplam 39,5'te biter, içerik kaybı 15,6'dır. 0,9
# iken ilk adımlar neredeyse her pikseli, doğru yanlış demeden, siyahtan beyaza
# giden yolun beşte biri kadar kaydırır; bıraktıkları da kolay kolay gitmez.
#
# </details>

# %% [markdown]
# ### 5. Iraksayan bir oran ve koşuyu kurtarmak
#
# **Tahmin edin.** Oranı on adım boyunca 50 yapın, sonra 0,9'a geri alın. Koşu
# toparlanır mı? Kaç adımda?
#
# **Deneyin.** 20 adım kadar sonra *Duraklat* ve *Bunu sakla* düğmelerine
# basın. *Öğrenme oranı*nı 50 yapın, on kez *Tek adım*a basın, oranı 0,9 yapıp
# sürdürün. *Aralıkta tut* kutusunu da işaretleyin. Hiçbiri işe yaramayınca
# saklanan görüntünün altındaki *Buna dön* düğmesine basın, oranı 0,2 yapıp
# sürdürün.

# %% alt="Dört görüntü: değişmemiş olanda göl tablosu; 50 oranıyla on adımdan sonra, oran yeniden 0,9 olduğu hâlde yalnızca renkli gürültü; o andan sonra aralıkta tutulunca siyah, beyaz ve yeşil bir labirent; saklanan görüntüye dönüp 0,2 oranıyla sürdürülünce yine göl."
my_guess = '... adımda toparlanır'  # sıra sizde

rates = {
    'değişmemiş': unchanged,
    '50 ile on adım': bank.run(
        num_epochs, {third: {'lr': 50.0}, middle: {'lr': 0.9}}
    ),
    'sonra aralıkta': bank.run(
        num_epochs,
        {third: {'lr': 50.0}, middle: {'lr': 0.9, 'in_range': True}},
    ),
    'geri dönülünce, 0,2 ile': bank.run(num_epochs, {third: {'lr': 0.2}}),
}
pictures_figure(rates, columns=2)

# %% alt="Logaritmik eksende kayıpların eğrileri: oran 50 yapılınca toplam on milyonlarca kat yukarı sıçrıyor; oran 0,9'a geri alındıktan sonra otuz adımda onda birine iniyor, ama hâlâ eski yerinin yüz bin katından yukarıda."
course_figure(rates['50 ile on adım'], words)

# %%
steps = [third + 1, third + 2, middle + 1, middle + 2, num_epochs]
print('koşunun bildirdiği toplam:')
print(losses_table(rates, steps, words))
print('\ndosyaların tutacağı görüntüler:')
print(trials_table(rates, words))

# %% [markdown]
# Gördüğünüzü **açıklayın**, sonra yanıtı açın.
#
# <details><summary>Yanıtımız</summary>
#
# Kayıp tek adımda 74,3'ten 1.610.000'e sıçrar; oran 0,9'a geri alındığında
# 105.000.000'dur. Otuz adım sonra hâlâ 11.600.000'dir. (Biz 400. adıma kadar
# sürdürdük: 112.000.) Onu orada iki şey tutar:
#
# * Görüntü çok uzaktadır. Bu oranda bir adım bir pikseli, siyahtan beyaza
#   giden yolun on bir katı kadar kaydırabilir; piksellerin %99,3'ü aralık
#   dışındadır.
# * Adam artık kısa adımlar atar. Her adımı ikinci momentin kareköküne böler;
#   bu, karesi alınmış gradyanların, belleği aşağı yukarı bin adım olan bir
#   ortalamasıdır ($\beta_2 = 0{,}999$). O on adımın devasa gradyanları bu
#   bellekte kalır.
#
# *Aralıkta tut* birincisini ortadan kaldırır, ikincisini bırakır. Bütün
# pikseller bir anda geri gelir, kayıp 10.400'e düşer. Ama orada kalır, otuz
# adım sonra 12.100'dür: Adımlar, labirentten çıkamayacak kadar kısadır.
#
# Koşuyu kurtaran şey, *öncesine* dönmektir: Saklanan görüntü, Adam'ın
# momentlerini de yanında taşır. Denetim noktaları (checkpoint) bunun içindir.
# Oradan 0,2 oranıyla sürdürülen koşu, değişmemiş olandan daha iyi biter.
#
# </details>

# %% [markdown]
# ## Bulduğunuzu kaydedin
#
# Saklanan bir görüntünün altındaki *Kaydet* üç dosya verir: görüntü, künyesi
# ve ayarların geçmişi. Sonuncusuyla herkes sizin görüntünüzü, sizinki gibi bir
# bilgisayarda bitine kadar aynı olmak üzere, yeniden üretebilir:
#
# ```
# gluon-style transfer -o again.png --replay lab-60.history.json
# ```
